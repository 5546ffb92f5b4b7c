"""Write lint_indexes/ddl/system_catalog/*.tsv from the catalogs of the embedded PostgreSQL.

    python scripts/generate_system_catalog.py

What it writes are facts (which types, operators, functions, casts and operator classes there are), read from
pg_type, pg_operator, pg_proc, pg_cast and pg_opclass. The first line of each file says which version.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lint_indexes.server.embedded import EmbeddedServer

TARGET = Path(__file__).resolve().parent.parent / "lint_indexes" / "ddl" / "system_catalog"

EXTENSIONS = (
    "bloom btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray isn ltree pg_trgm "
    "seg unaccent vector"
).split()

# An array type is written as its element's name and []; the extension is empty for what is built in.
PREPARE = """
CREATE FUNCTION type_name(oid) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN e.typarray = t.oid THEN e.typname || '[]' ELSE t.typname END
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem WHERE t.oid = $1 $$;
CREATE FUNCTION type_names(oid[]) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(type_name(o), ' ' ORDER BY n), '')
    FROM unnest($1) WITH ORDINALITY u(o, n) $$;
-- PostgreSQL looks into what is written in SQL, so that its own volatility does not count.
CREATE FUNCTION volatility(oid) RETURNS "char" LANGUAGE sql AS $$
    SELECT CASE WHEN lanname = 'sql' AND provolatile <> 'i' THEN '' ELSE provolatile END
    FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE p.oid = $1 $$;
CREATE FUNCTION extension(catalog regclass, object oid) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.classid = catalog AND d.objid = object AND d.deptype = 'e'), '') $$;
CREATE FUNCTION ours(catalog regclass, object oid) RETURNS boolean LANGUAGE sql AS $$
    SELECT object < 16384 AND extension(catalog, object) = ''
        OR extension(catalog, object) NOT IN ('', 'plpgsql') $$;
"""

QUERIES = {
    "types": (
        "name category preferred kind element collatable input output extension",
        """SELECT type_name(oid), typcategory, typispreferred, typtype,
            coalesce((SELECT type_name(rngsubtype) FROM pg_range WHERE rngtypid = t.oid),
                (SELECT type_name(rngtypid) FROM pg_range WHERE rngmultitypid = t.oid), ''),
            typcollation <> 0, volatility(typinput), volatility(typoutput), extension('pg_type', oid)
        FROM pg_type t WHERE typtype IN ('b', 'p', 'r', 'm', 'd', 'e')
            AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
            AND (typnamespace = 'pg_catalog'::regnamespace OR extension('pg_type', oid) <> '')""",
    ),
    "operators": (
        "name left right result volatility extension",
        """SELECT oprname, CASE WHEN oprleft <> 0 THEN type_name(oprleft) ELSE '' END, type_name(oprright),
            type_name(oprresult), volatility(oprcode), extension('pg_operator', oid)
        FROM pg_operator WHERE oprcode <> 0 AND ours('pg_operator', oid)""",
    ),
    "functions": (
        "name arguments variadic defaults result volatility extension",
        """SELECT proname, type_names(proargtypes), provariadic <> 0, pronargdefaults, type_name(prorettype),
            volatility(oid), extension('pg_proc', oid)
        FROM pg_proc WHERE prokind = 'f' AND NOT proretset AND ours('pg_proc', oid)
            AND NOT proargtypes::oid[] && ARRAY['internal', 'cstring']::regtype[]::oid[]
            AND prorettype NOT IN ('cstring'::regtype, 'internal'::regtype)
            AND prorettype NOT IN ('trigger'::regtype, 'void'::regtype)
            AND (pronamespace = 'pg_catalog'::regnamespace OR extension('pg_proc', oid) <> '')""",
    ),
    "casts": (
        "source target context method volatility extension",
        """SELECT type_name(castsource), type_name(casttarget), castcontext, castmethod,
            CASE WHEN castfunc = 0 THEN 'i' ELSE volatility(castfunc) END, extension('pg_cast', oid)
        FROM pg_cast WHERE ours('pg_cast', oid)""",
    ),
    "opclasses": (
        "method name type default extension",
        """SELECT amname, opcname, type_name(opcintype), opcdefault, extension('pg_opclass', o.oid)
        FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod WHERE ours('pg_opclass', o.oid)""",
    ),
}


def main() -> None:
    with EmbeddedServer() as server:
        server.psql("".join(f"CREATE EXTENSION {name};" for name in EXTENSIONS) + PREPARE)
        release = server.psql("SHOW server_version").strip()
        for name, (columns, query) in QUERIES.items():
            rows = server.psql(f'COPY (SELECT * FROM ({query}) q ORDER BY q::text COLLATE "C") TO STDOUT')
            heading = f"# PostgreSQL {release} and its extensions {' '.join(EXTENSIONS)}"
            text = "\n".join((heading, "\t".join(columns.split()), rows))
            (TARGET / f"{name}.tsv").write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}: {rows.count(chr(10))}\n")


if __name__ == "__main__":
    main()
