"""Entries of the ledger and views of sealed particulars are never edited: the database refuses UPDATE and DELETE."""

from django.db import migrations

LEDGER = migrations.RunSQL(
    sql="""
    CREATE FUNCTION members_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'entries of the ledger are never edited or deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER members_entry_append_only BEFORE UPDATE OR DELETE ON members_performanceentry
        FOR EACH ROW EXECUTE FUNCTION members_refuse_rewrite();
    CREATE TRIGGER members_unmasking_append_only BEFORE UPDATE OR DELETE ON members_unmasking
        FOR EACH ROW EXECUTE FUNCTION members_refuse_rewrite();
    """,
    reverse_sql="""
    DROP TRIGGER members_unmasking_append_only ON members_unmasking;
    DROP TRIGGER members_entry_append_only ON members_performanceentry;
    DROP FUNCTION members_refuse_rewrite();
    """,
)
