//! The catalogue of PostgreSQL.

use super::catalogue::{Catalogue, Class, Column, Lookup, Table};
use super::declared::{self, Token, Writing};
use super::session::{Cells, Session, Trouble};
use std::collections::BTreeMap;

/// Tables of people: none of the server's own, no partitions (they are in what they are part of).
const OURS: &str = "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
                    AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'";

/// Reads it.
pub(crate) async fn catalogue(session: &mut Session<'_>) -> Result<Catalogue, Trouble> {
    let mut catalogue = Catalogue::default();
    let tables = format!(
        "SELECT n.nspname::text, c.relname::text, c.relkind::text, coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), ''), \
                c.reltuples::bigint::text, CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END, \
                coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), ''), pg_catalog.row_security_active(c.oid)::text \
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}"
    );
    for row in session.all(tables).await? {
        let [schema, name, kind, comment, rows, definition, schema_comment, hides] = texts(row);
        catalogue.add(Table {
            name,
            comment,
            is_view: matches!(kind.as_str(), "v" | "f"),
            definition,
            rows: rows.parse().unwrap_or(0),
            hides_rows: hides == "true",
            schema: schema.clone(),
            ..Table::default()
        });
        // What every installation says of its first schema says nothing.
        if schema_comment != "standard public schema" {
            catalogue.schemas.insert(schema, schema_comment);
        }
    }

    let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let enums = "SELECT enumtypid::text, enumlabel::text FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder";
    for row in session.all(enums.to_owned()).await? {
        let [of, label] = texts(row);
        labels.entry(of).or_default().push(label);
    }
    let mut domains: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let checks =
        "SELECT contypid::text, pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE contype = 'c' AND contypid <> 0";
    for row in session.all(checks.to_owned()).await? {
        let [of, check] = texts(row);
        let values = declared::listed(&tokens(&check), &["value".to_owned()]).into_iter().map(|(_, value)| value);
        domains.entry(of).or_default().extend(values);
    }

    let columns = format!(
        "SELECT n.nspname::text, c.relname::text, a.attname::text, coalesce(pg_catalog.col_description(c.oid, a.attnum), ''), \
                base.typcategory::text, base.typname::text, coalesce(item.typcategory::text, ''), coalesce(item.oid, base.oid)::text, \
                t.oid::text, coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') \
         FROM pg_catalog.pg_attribute a \
         JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         JOIN pg_catalog.pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
         LEFT JOIN pg_catalog.pg_type item ON base.typcategory = 'A' AND item.oid = base.typelem \
         LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND {OURS} ORDER BY c.oid, a.attnum"
    );
    for row in session.all(columns).await? {
        let [schema, table, name, comment, category, kind, item, labelled, domain, default] = texts(row);
        let is_list = category == "A" && matches!(item.as_str(), "S" | "E" | "N");
        let class = match (if is_list { item.as_str() } else { category.as_str() }, kind.as_str()) {
            ("S" | "E", _) => Class::Text,
            ("N", "float4" | "float8" | "money") => Class::Other,
            ("N", _) => Class::Number,
            (_, "json" | "jsonb" | "xml" | "hstore") => Class::Document,
            (_, "bytea") => Class::Binary,
            _ => Class::Other,
        };
        let mut column = Column::new(&name, &comment, class);
        column.is_list = is_list;
        let named = labels.get(&labelled).into_iter().chain(domains.get(&domain)).flatten().cloned();
        named
            .chain(declared::default(&default, Writing::Standard).filter(|_| class == Class::Text))
            .for_each(|value| column.declare(value));
        if let Some(table) = catalogue.table(&schema, &table) {
            table.columns.push(column);
        }
    }

    let checks = format!(
        "SELECT n.nspname::text, c.relname::text, pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k \
         JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE k.contype = 'c' AND {OURS} ORDER BY k.oid"
    );
    for row in session.all(checks).await? {
        let [schema, table, check] = texts(row);
        if let Some(table) = catalogue.table(&schema, &table) {
            table.check(&tokens(&check));
        }
    }

    let references = format!(
        "SELECT n.nspname::text, c.relname::text, a.attname::text, tn.nspname::text, tc.relname::text, ta.attname::text \
         FROM pg_catalog.pg_constraint k \
         JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
         JOIN pg_catalog.pg_class tc ON tc.oid = k.confrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace \
         JOIN pg_catalog.pg_attribute ta ON ta.attrelid = k.confrelid AND ta.attnum = k.confkey[1] \
         WHERE k.contype = 'f' AND pg_catalog.array_length(k.conkey, 1) = 1 AND k.conrelid <> k.confrelid AND {OURS} ORDER BY k.oid"
    );
    for row in session.all(references).await? {
        let [schema, table, column, to_schema, to_table, key] = texts(row);
        if let Some(column) = catalogue.table(&schema, &table).and_then(|table| table.column(&column)) {
            column.lookup = Some(Lookup { schema: to_schema, table: to_table, key });
        }
    }
    Ok(catalogue)
}

fn tokens(text: &str) -> Vec<Token> {
    declared::tokens(text, Writing::Standard)
}

/// The cells of a row; what is absent is empty.
pub(crate) fn texts<const N: usize>(row: Cells) -> [String; N] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().flatten().unwrap_or_default())
}
