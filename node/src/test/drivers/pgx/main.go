// Command drivercheck runs pgx, unmodified, against the node of the URI in its argument. It prints "ok" at the end.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func expect(holds bool, what string, values ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, what+"\n", values...)
		os.Exit(1)
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	} {
		check(ctx, mode)
	}
	pooled(ctx)
	fmt.Println("ok")
}

func check(ctx context.Context, mode pgx.QueryExecMode) {
	config, err := pgx.ParseConfig(os.Args[1])
	must(err)
	config.DefaultQueryExecMode = mode
	connection, err := pgx.ConnectConfig(ctx, config)
	must(err)
	defer connection.Close(ctx)
	exec := func(sql string, args ...any) pgconn.CommandTag {
		tag, err := connection.Exec(ctx, sql, args...)
		must(err)
		return tag
	}
	exec("DROP TABLE IF EXISTS pgx_item")
	exec("CREATE TABLE pgx_item (id bigint PRIMARY KEY, name text, at timestamptz, raw bytea, ratio float8)")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var id int64
	must(connection.QueryRow(ctx, "INSERT INTO pgx_item (id, name, at, raw, ratio) VALUES ($1, $2, $3, $4, $5) RETURNING id",
		int64(1), "one", at, []byte{0, 1, 255}, 0.1).Scan(&id))
	expect(id == 1, "id %d", id)
	for i := 0; i < 3; i++ {
		tag := exec("INSERT INTO pgx_item (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name", int64(1), fmt.Sprint(i))
		expect(tag.String() == "INSERT 0 1", "tag %s", tag)
	}
	var name string
	var raw []byte
	var ratio float64
	var back time.Time
	must(connection.QueryRow(ctx, "SELECT name, at, raw, ratio FROM pgx_item WHERE id = $1", int64(1)).Scan(&name, &back, &raw, &ratio))
	expect(name == "2" && back.Equal(at) && len(raw) == 3 && raw[2] == 255 && ratio == 0.1, "row %s %s %v %v", name, back, raw, ratio)
	_, err = connection.Exec(ctx, "INSERT INTO pgx_item (id) VALUES ($1)", int64(1))
	var pgError *pgconn.PgError
	expect(errors.As(err, &pgError) && pgError.Code == "23505", "error %v", err)

	batch := &pgx.Batch{}
	for i := int64(10); i < 30; i++ {
		batch.Queue("INSERT INTO pgx_item (id) VALUES ($1)", i)
	}
	must(connection.SendBatch(ctx, batch).Close())
	var count int
	must(connection.QueryRow(ctx, "SELECT count(*) FROM pgx_item").Scan(&count))
	expect(count == 21, "count %d", count)

	transaction, err := connection.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	must(err)
	must(transaction.QueryRow(ctx, "SELECT count(*) FROM pgx_item").Scan(&count))
	must(transaction.Commit(ctx))
	exec("DROP TABLE pgx_item")
}

func pooled(ctx context.Context) {
	pool, err := pgxpool.New(ctx, os.Args[1])
	must(err)
	defer pool.Close()
	_, err = pool.Exec(ctx, "CREATE TABLE IF NOT EXISTS pgx_pool (id int PRIMARY KEY)")
	must(err)
	failures := make(chan error, 8)
	for worker := 0; worker < 8; worker++ {
		go func() {
			for i := 0; i < 10; i++ {
				if _, err := pool.Exec(ctx, "INSERT INTO pgx_pool VALUES ($1)", worker*10+i); err != nil {
					failures <- err
					return
				}
			}
			failures <- nil
		}()
	}
	for worker := 0; worker < 8; worker++ {
		must(<-failures)
	}
	var count int
	must(pool.QueryRow(ctx, "SELECT count(*) FROM pgx_pool").Scan(&count))
	expect(count == 80, "count %d", count)
	_, err = pool.Exec(ctx, "DROP TABLE pgx_pool")
	must(err)
}
