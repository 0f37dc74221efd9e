-- The functions that take time and chance from a command's envelope. Executed on every node as superuser before the first entry, and again
-- after an upgrade: repeatable. omnisql.envelope holds the command's time in microseconds since 1970 while the applier executes a command
-- that needs it, and is empty otherwise. A reader (a READ ONLY transaction) gets its own clock and chance, for its own eyes only.

CREATE SCHEMA IF NOT EXISTS omnisql;
GRANT USAGE ON SCHEMA omnisql TO PUBLIC;

-- SQLSTATE OM001 tells the coordinator to propose the command again with its inputs.
CREATE OR REPLACE FUNCTION omnisql.inputs_missing() RETURNS void LANGUAGE plpgsql VOLATILE AS $body$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'OM001', MESSAGE = 'omnisql: this statement needs its command''s time and seed';
END $body$;

CREATE OR REPLACE FUNCTION omnisql.missing_time() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $body$
BEGIN
    PERFORM omnisql.inputs_missing();
    RETURN NULL;
END $body$;

CREATE OR REPLACE FUNCTION omnisql.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC
    SELECT CASE
        WHEN pg_catalog.current_setting('omnisql.envelope', true) <> ''
        THEN 'epoch'::timestamptz + pg_catalog.current_setting('omnisql.envelope', true)::bigint * interval '1 microsecond'
        WHEN pg_catalog.current_setting('transaction_read_only') = 'on' THEN pg_catalog.transaction_timestamp()
        ELSE omnisql.missing_time()
    END;
END;

CREATE OR REPLACE FUNCTION omnisql.transaction_timestamp() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now(); END;

CREATE OR REPLACE FUNCTION omnisql.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now(); END;

CREATE OR REPLACE FUNCTION omnisql.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now(); END;

CREATE OR REPLACE FUNCTION omnisql."current_timestamp"() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now(); END;

CREATE OR REPLACE FUNCTION omnisql."current_timestamp"("precision" int) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT pg_catalog.timestamptz(omnisql.now(), "precision"); END;

CREATE OR REPLACE FUNCTION omnisql."current_date"() RETURNS date LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now()::date; END;

CREATE OR REPLACE FUNCTION omnisql."current_time"() RETURNS timetz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now()::timetz; END;

CREATE OR REPLACE FUNCTION omnisql."current_time"("precision" int) RETURNS timetz LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT pg_catalog.timetz(omnisql.now()::timetz, "precision"); END;

CREATE OR REPLACE FUNCTION omnisql."localtimestamp"() RETURNS timestamp LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now()::timestamp; END;

CREATE OR REPLACE FUNCTION omnisql."localtimestamp"("precision" int) RETURNS timestamp LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT pg_catalog."timestamp"(omnisql.now()::timestamp, "precision"); END;

CREATE OR REPLACE FUNCTION omnisql."localtime"() RETURNS time LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.now()::time; END;

CREATE OR REPLACE FUNCTION omnisql."localtime"("precision" int) RETURNS time LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT pg_catalog."time"(omnisql.now()::time, "precision"); END;

-- Chance: PostgreSQL's own generator, which the applier seeds with the envelope's seed before each command that needs it.
CREATE OR REPLACE FUNCTION omnisql.random() RETURNS float8 LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $body$
BEGIN
    IF COALESCE(pg_catalog.current_setting('omnisql.envelope', true), '') = ''
       AND pg_catalog.current_setting('transaction_read_only') <> 'on' THEN
        PERFORM omnisql.inputs_missing();
    END IF;
    RETURN pg_catalog.random();
END $body$;

CREATE OR REPLACE FUNCTION omnisql.gen_random_uuid() RETURNS uuid LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $body$
DECLARE
    hex text := '';
BEGIN
    -- 4 × 32 bits, for a double holds 52 bits of chance only; then the marks of version 4 and variant 1.
    FOR i IN 1..4 LOOP
        hex := hex || pg_catalog.lpad(pg_catalog.to_hex(pg_catalog.floor(omnisql.random() * 4294967296)::bigint), 8, '0');
    END LOOP;
    RETURN (pg_catalog.substr(hex, 1, 12) || '4' || pg_catalog.substr(hex, 14, 3)
        || pg_catalog.substr('89ab', 1 + (('x0' || pg_catalog.substr(hex, 17, 1))::bit(8)::int & 3), 1)
        || pg_catalog.substr(hex, 18))::uuid;
END $body$;

CREATE OR REPLACE FUNCTION omnisql.random_normal(mean float8 DEFAULT 0, stddev float8 DEFAULT 1) RETURNS float8
LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $body$
BEGIN
    -- Polar form of Box and Muller, by operations that are exact on every machine but for ln and cos of the same libm.
    RETURN mean + stddev * pg_catalog.sqrt(-2 * pg_catalog.ln(1 - omnisql.random()))
        * pg_catalog.cos(2 * pg_catalog.pi() * omnisql.random());
END $body$;

CREATE OR REPLACE FUNCTION omnisql.random(min bigint, max bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $body$
DECLARE
    width numeric := max::numeric - min::numeric + 1;
BEGIN
    IF min > max THEN
        RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'lower bound must be less than or equal to upper bound';
    END IF;
    RETURN (min::numeric + pg_catalog.floor(width
        * ((pg_catalog.floor(omnisql.random() * 4294967296)::numeric * 4294967296
            + pg_catalog.floor(omnisql.random() * 4294967296)::numeric) / 18446744073709551616)))::bigint;
END $body$;

CREATE OR REPLACE FUNCTION omnisql.random(min int, max int) RETURNS int LANGUAGE sql VOLATILE PARALLEL RESTRICTED
BEGIN ATOMIC SELECT omnisql.random(min::bigint, max::bigint)::int; END;

CREATE OR REPLACE FUNCTION omnisql.random(min numeric, max numeric) RETURNS numeric LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $body$
DECLARE
    digits int := GREATEST(pg_catalog.scale(min), pg_catalog.scale(max));
    unit numeric := pg_catalog.power(10::numeric, -digits);
    width numeric := (max - min) / unit + 1;
BEGIN
    IF min > max THEN
        RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'lower bound must be less than or equal to upper bound';
    END IF;
    RETURN pg_catalog.round(min + unit * pg_catalog.floor(width
        * ((pg_catalog.floor(omnisql.random() * 4294967296)::numeric * 4294967296
            + pg_catalog.floor(omnisql.random() * 4294967296)::numeric) / 18446744073709551616)), digits);
END $body$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA omnisql TO PUBLIC;
