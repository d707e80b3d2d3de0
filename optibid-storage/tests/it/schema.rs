//! Both databases have the same logical schema.

use crate::databases::{Raw, postgres_url, sqlite_file};
use optibid_storage::migrate;

/// Every column as `table.column logical-type nullability`.
async fn columns(raw: &mut Raw) -> Vec<String> {
    let sql = match raw {
        Raw::Sqlite(_) => {
            "select t.name || '.' || c.name || ' ' || lower(c.type) || \
             case c.\"notnull\" when 1 then ' not null' else ' null' end as line \
             from sqlite_schema t join pragma_table_info(t.name) c \
             where t.type = 'table' and t.name not like 'sqlite_%' order by line"
        }
        Raw::Postgres(_) => {
            "select (table_name || '.' || column_name || ' ' || data_type || \
             case is_nullable when 'NO' then ' not null' else ' null' end)::text collate \"C\" as line \
             from information_schema.columns where table_schema = 'public' order by line"
        }
    };
    raw.texts(sql).await
}

/// Every unique key as `table (column, …)`, columns in order of the index.
async fn unique_keys(raw: &mut Raw) -> Vec<String> {
    let sql = match raw {
        // An integer primary key is the row id and has no index of its own.
        Raw::Sqlite(_) => {
            "select line from (select t.name || ' (' || (select group_concat(name, ', ') from \
             (select name from pragma_index_info(i.name) order by seqno)) || ')' as line \
             from sqlite_schema t join pragma_index_list(t.name) i \
             where t.type = 'table' and t.name not like 'sqlite_%' and i.\"unique\" = 1 \
             union all select t.name || ' (' || c.name || ')' from sqlite_schema t \
             join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%' \
             and c.pk = 1 and not exists (select 1 from pragma_index_list(t.name) where origin = 'pk')) \
             order by line"
        }
        Raw::Postgres(_) => {
            "select (c.relname || ' (' || (select string_agg(a.attname, ', ' order by k.n) \
             from unnest(i.indkey) with ordinality as k (attnum, n) join pg_attribute a \
             on a.attrelid = c.oid and a.attnum = k.attnum) || ')')::text collate \"C\" as line \
             from pg_index i join pg_class c on c.oid = i.indrelid \
             where c.relnamespace = 'public'::regnamespace and i.indisunique order by line"
        }
    };
    raw.texts(sql).await
}

/// PostgreSQL's name of a type in the terms of SQLite, which has no ids and no truth values.
fn logical(column: &str) -> String {
    column
        .replace(" bigint ", " integer ")
        .replace(" boolean ", " integer ")
        .replace(" uuid ", " blob ")
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_types_and_unique_keys() {
    let (_folder, file) = sqlite_file();
    let server = postgres_url().await;
    for url in [&file, &server] {
        migrate::up(url).await.unwrap();
    }
    let (mut sqlite, mut postgres) = (Raw::connect(&file).await, Raw::connect(&server).await);
    assert_eq!(sqlite.tables().await, postgres.tables().await);
    let of_postgres: Vec<_> = columns(&mut postgres)
        .await
        .iter()
        .map(|c| logical(c))
        .collect();
    let of_sqlite = columns(&mut sqlite).await;
    assert!(
        of_sqlite.contains(&"bids.org_id blob not null".to_owned()),
        "{of_sqlite:#?}"
    );
    assert_eq!(of_sqlite, of_postgres);
    let keys = unique_keys(&mut sqlite).await;
    assert!(keys.contains(&"prices (series_id, starts_at, seconds, known_at)".to_owned()));
    assert_eq!(keys, unique_keys(&mut postgres).await);
}

#[tokio::test]
async fn every_table_of_sqlite_is_strict() {
    let (_folder, url) = sqlite_file();
    migrate::up(&url).await.unwrap();
    let mut raw = Raw::connect(&url).await;
    let sql = "select name from pragma_table_list where type = 'table' and strict = 0 \
         and name not like 'sqlite_%'";
    assert_eq!(raw.texts(sql).await, [""; 0]);
}
