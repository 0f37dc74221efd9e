-- What the applier keeps in the database itself, so that it commits with the effects it speaks of.
-- Executed at every start by the superuser, as one transaction.

CREATE SCHEMA IF NOT EXISTS omnisql;

-- One row: how far the log is applied, and behind which slot the last definition stands.
CREATE TABLE IF NOT EXISTS omnisql.applied (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    applied_index bigint NOT NULL,
    last_time_micros bigint NOT NULL,
    rolling_digest bigint NOT NULL,
    definition_index bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO omnisql.applied (applied_index, last_time_micros, rolling_digest) VALUES (0, 0, 0) ON CONFLICT DO NOTHING;

-- The request ids and small results of the commands that one transaction applied.
CREATE TABLE IF NOT EXISTS omnisql.requests (
    slot_from bigint PRIMARY KEY,
    slot_until bigint NOT NULL,
    packed bytea NOT NULL
) WITH (toast_tuple_target = 8160);
ALTER TABLE omnisql.requests ALTER COLUMN packed SET STORAGE EXTERNAL;

-- The clients' own keys, which are remembered for longer than other request ids: where and when they were applied, and the SQLSTATE if
-- the command failed.
CREATE TABLE IF NOT EXISTS omnisql.keys (
    session_high bigint,
    session_low bigint,
    sequence bigint,
    slot bigint NOT NULL,
    time_micros bigint NOT NULL,
    sqlstate text,
    PRIMARY KEY (session_high, session_low, sequence)
);
-- Rows come in the order of both, so a small index finds the old ones.
CREATE INDEX IF NOT EXISTS keys_by_age ON omnisql.keys USING brin (slot, time_micros);

-- Where every sequence stood at the applied index. PostgreSQL itself loses count in a crash and at a rollback.
CREATE TABLE IF NOT EXISTS omnisql.sequences (
    sequence oid PRIMARY KEY,
    last_value bigint NOT NULL,
    is_called boolean NOT NULL
) WITH (fillfactor = 50);

-- What the node must show to write the ledger from a user's session. Drawn anew at every start.
CREATE TABLE IF NOT EXISTS omnisql.ledger_token (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    hash bytea NOT NULL
);

REVOKE ALL ON omnisql.applied, omnisql.requests, omnisql.keys, omnisql.sequences, omnisql.ledger_token FROM PUBLIC;

-- After commands that may have made or changed sequences.
CREATE OR REPLACE FUNCTION omnisql.capture_sequences() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found record;
    state record;
BEGIN
    DELETE FROM omnisql.sequences s WHERE NOT EXISTS (SELECT FROM pg_sequence p WHERE p.seqrelid = s.sequence);
    FOR found IN SELECT p.seqrelid AS id, p.seqrelid::regclass AS name FROM pg_sequence p JOIN pg_class c ON c.oid = p.seqrelid
                 WHERE c.relpersistence <> 't' LOOP
        EXECUTE format('SELECT last_value, is_called FROM %s', found.name) INTO state;
        INSERT INTO omnisql.sequences AS s VALUES (found.id, state.last_value, state.is_called)
        ON CONFLICT (sequence) DO UPDATE SET last_value = excluded.last_value, is_called = excluded.is_called
        WHERE (s.last_value, s.is_called) IS DISTINCT FROM (excluded.last_value, excluded.is_called);
    END LOOP;
END $$;

-- Before anything is applied after a rollback or a crash.
CREATE OR REPLACE FUNCTION omnisql.restore_sequences() RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(setval(s.sequence::regclass, s.last_value, s.is_called))
    FROM omnisql.sequences s JOIN pg_sequence p ON p.seqrelid = s.sequence
    WHERE pg_sequence_last_value(s.sequence::regclass) IS DISTINCT FROM CASE WHEN s.is_called THEN s.last_value END
$$;

-- The last act of every transaction that applies: moves the applied index, or fails if somebody else moved it.
CREATE OR REPLACE FUNCTION omnisql.record_applied(
    token bytea, from_slot bigint, until_slot bigint, time_micros bigint, digest bigint, definitions_until bigint,
    requests bytea, changes_catalog boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM omnisql.ledger_token t WHERE t.hash = sha256(token)) THEN
        RAISE EXCEPTION 'permission denied for function record_applied' USING ERRCODE = '42501';
    END IF;
    UPDATE omnisql.applied a
    SET applied_index = until_slot, last_time_micros = time_micros, rolling_digest = digest, definition_index = definitions_until
    WHERE a.applied_index = from_slot;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the applied index is not %', from_slot USING ERRCODE = 'XX001';
    END IF;
    IF requests IS NOT NULL THEN
        INSERT INTO omnisql.requests VALUES (from_slot, until_slot, requests);
    END IF;
    IF changes_catalog THEN
        PERFORM omnisql.capture_sequences();
    ELSE
        UPDATE omnisql.sequences s SET last_value = pg_sequence_last_value(s.sequence::regclass), is_called = true
        WHERE pg_sequence_last_value(s.sequence::regclass) IS DISTINCT FROM CASE WHEN s.is_called THEN s.last_value END
          AND pg_sequence_last_value(s.sequence::regclass) IS NOT NULL;
    END IF;
END $$;

-- Before record_applied, when commands had keys of their clients' own. One that was forgotten begins anew.
CREATE OR REPLACE FUNCTION omnisql.record_keys(
    token bytea, highs bigint[], lows bigint[], sequences bigint[], slots bigint[], sqlstates text[], time_micros bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM omnisql.ledger_token t WHERE t.hash = sha256(token)) THEN
        RAISE EXCEPTION 'permission denied for function record_keys' USING ERRCODE = '42501';
    END IF;
    INSERT INTO omnisql.keys
    SELECT k.high, k.low, k.sequence, k.slot, record_keys.time_micros, nullif(k.sqlstate, '')
    FROM unnest(highs, lows, sequences, slots, sqlstates) AS k (high, low, sequence, slot, sqlstate)
    ON CONFLICT (session_high, session_low, sequence) DO UPDATE
    SET slot = excluded.slot, time_micros = excluded.time_micros, sqlstate = excluded.sqlstate;
END $$;

-- The applier's session of a role could be cancelled by a function of the same role's, on the one node where it is called.
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_cancel_backend(int), pg_catalog.pg_terminate_backend(int, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION omnisql.capture_sequences(), omnisql.restore_sequences() FROM PUBLIC;
-- Everybody may call it, for it runs in everybody's sessions; without the token it only refuses.
GRANT EXECUTE ON FUNCTION omnisql.record_applied(bytea, bigint, bigint, bigint, bigint, bigint, bytea, boolean) TO PUBLIC;
GRANT EXECUTE ON FUNCTION omnisql.record_keys(bytea, bigint[], bigint[], bigint[], bigint[], text[], bigint) TO PUBLIC;
GRANT USAGE ON SCHEMA omnisql TO PUBLIC;
