// node-postgres, unmodified, against the node of the URI in argv[2]. Prints "ok" at the end; any deviation throws.
const assert = require('node:assert/strict');
const { Client, Pool } = require('pg');

async function main(connectionString) {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('DROP TABLE IF EXISTS pg_item');
  await client.query(
    'CREATE TABLE pg_item (id int PRIMARY KEY, name text, doc jsonb, tags text[], at timestamptz DEFAULT now(), n serial)');
  const inserted = await client.query(
    'INSERT INTO pg_item (id, name, doc, tags) VALUES ($1, $2, $3, $4) RETURNING id, name, doc, tags, at, n',
    [1, "it's", { a: [1, null] }, ['x', 'y z']]);
  assert.equal(inserted.rowCount, 1);
  assert.deepEqual(
    { ...inserted.rows[0], at: undefined },
    { id: 1, name: "it's", doc: { a: [1, null] }, tags: ['x', 'y z'], n: 1, at: undefined });
  assert.ok(inserted.rows[0].at instanceof Date);
  const upsert = {
    name: 'upsert',
    text: 'INSERT INTO pg_item (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING name',
  };
  for (let i = 0; i < 5; i++) {
    const result = await client.query({ ...upsert, values: [2, `v${i}`] });
    assert.equal(result.rows[0].name, `v${i}`);
  }
  const both = await client.query("INSERT INTO pg_item (id) VALUES (3); UPDATE pg_item SET name = 'u' WHERE id = 3");
  assert.deepEqual(both.map((result) => [result.command, result.rowCount]), [['INSERT', 1], ['UPDATE', 1]]);
  await assert.rejects(client.query('INSERT INTO pg_item (id) VALUES (4); INSERT INTO pg_item (id) VALUES (1)'), { code: '23505' });
  assert.equal((await client.query('SELECT 1 FROM pg_item WHERE id = 4')).rowCount, 0);
  await client.query("SET omnisql.read_level TO 'local'");
  assert.equal((await client.query('SHOW omnisql.read_level')).rows[0]['omnisql.read_level'], 'local');
  await client.query('BEGIN TRANSACTION READ ONLY');
  assert.equal((await client.query('SELECT count(*)::int AS c FROM pg_item')).rows[0].c, 3);
  await client.query('COMMIT');
  await client.end();

  const pool = new Pool({ connectionString, max: 8 });
  await Promise.all(Array.from({ length: 100 }, (_, i) =>
    pool.query('INSERT INTO pg_item (id, name) VALUES ($1, $2)', [100 + i, 'pooled'])));
  assert.equal((await pool.query("SELECT count(*)::int AS c FROM pg_item WHERE name = 'pooled'")).rows[0].c, 100);
  await pool.query('DROP TABLE pg_item');
  await pool.end();
}

main(process.argv[2]).then(
  () => console.log('ok'),
  (error) => {
    console.error(error);
    process.exit(1);
  });
