"""The whole schema, as first installed."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.log import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "log_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("first_bad_seq", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("ok OR reason <> ''", name=op.f("ck_log_check_failure_has_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_check")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_log_checkpoint_root_length")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_log_checkpoint_size_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checkpoint")),
        sa.UniqueConstraint("size", name=op.f("uq_log_checkpoint_size")),
    )
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("acting_for", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("body_commit", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(body_commit) = 64", name=op.f("ck_log_entry_body_commit_length")),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_log_entry_leaf_length")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_log_entry_seq_positive")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_case_id_seq", ["case_id", "seq"], unique=False)
        batch_op.create_index("ix_log_entry_object_id_seq", ["object_id", "seq"], unique=False)

    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_single_row")),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_log_head_root_length")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_head_size_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("sent_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mail_public_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_sent_at_id"), ["sent_at", "id"], unique=False)

    op.create_table(
        "organ",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("in_text", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organ")),
        sa.UniqueConstraint("name", name=op.f("uq_organ_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organ_public_id")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=False),
        sa.Column("run_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.String(length=64), nullable=True),
        sa.Column("done_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_outbox_unique_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_open_run_at_id",
            ["run_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_address_at"), ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_username_at"), ["username", "at"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unit_public_id")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "worker_heartbeat",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_heartbeat")),
    )
    op.create_table(
        "form_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_form_result_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_result")),
        sa.UniqueConstraint("key", "person_id", name=op.f("uq_form_result_key_person_id")),
    )
    op.create_table(
        "fund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("lapsed", sa.BigInteger(), nullable=False),
        sa.Column("carried_over", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.JSON(), nullable=False),
        sa.Column("report_required", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "set_aside - granted + reversed + returned - lapsed - carried_over >= 0",
            name=op.f("ck_fund_never_more_than_is_left"),
        ),
        sa.CheckConstraint(
            "set_aside >= 0 AND granted >= 0 AND reversed >= 0 AND returned >= 0 AND lapsed >= 0 AND carried_over >= 0",
            name=op.f("ck_fund_not_negative"),
        ),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_fund_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("public_id", name=op.f("uq_fund_public_id")),
    )
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_year_name"), ["year", "name"], unique=True)

    op.create_table(
        "log_body",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.CheckConstraint("length(salt) = 32", name=op.f("ck_log_body_salt_length")),
        sa.ForeignKeyConstraint(["seq"], ["log_entry.seq"], name=op.f("fk_log_body_seq_log_entry")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_body")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_register_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint("prefix", name=op.f("uq_register_prefix")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_public_id")),
    )
    op.create_table(
        "role_holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('requester', 'decision_maker', 'finance', 'recipient', 'registrar', 'archivist', 'auditor', 'administrator')",
            name=op.f("ck_role_holding_role"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_role_holding_period")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_holding_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_holding_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_holding")),
        sa.UniqueConstraint("public_id", name=op.f("uq_role_holding_public_id")),
    )
    with op.batch_alter_table("role_holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_holding_person_id_valid_from"), ["person_id", "valid_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_holding_role_unit_id"), ["role", "unit_id"], unique=False)

    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id <> substitute_id", name=op.f("ck_substitution_two_persons")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_substitution_period")),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["person.id"], name=op.f("fk_substitution_appointed_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_substitution_person_id_person")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_substitution_substitute_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
        sa.UniqueConstraint("public_id", name=op.f("uq_substitution_public_id")),
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_substitution_substitute_id_valid_from"), ["substitute_id", "valid_from"], unique=False
        )

    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_user_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=True),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("rests_on_organ_id", sa.Integer(), nullable=False),
        sa.Column("rests_on_date", sa.Date(), nullable=False),
        sa.Column("rests_on_paragraph", sa.String(), nullable=False),
        sa.Column("only_when_jav_of_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity IN ('delegationsbeslut', 'verkställighet')", name=op.f("ck_delegation_capacity")),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_delegation_confirmed")),
        sa.CheckConstraint("ceiling > 0", name=op.f("ck_delegation_ceiling")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_delegation_period")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_delegation_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_delegation_entered_by_id_person")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_delegation_fund_id_fund")),
        sa.ForeignKeyConstraint(["only_when_jav_of_id"], ["person.id"], name=op.f("fk_delegation_only_when_jav_of_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id_person")),
        sa.ForeignKeyConstraint(["rests_on_organ_id"], ["organ.id"], name=op.f("fk_delegation_rests_on_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delegation_public_id")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_fund_id_valid_from"), ["fund_id", "valid_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_person_id_valid_from"), ["person_id", "valid_from"], unique=False)

    op.create_table(
        "fund_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_fund_decision_confirmed")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_fund_decision_amount")),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name=op.f("ck_fund_decision_two_persons")
        ),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_fund_decision_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_fund_decision_entered_by_id_person")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_decision_fund_id_fund")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_fund_decision_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_fund_decision_public_id")),
    )
    with op.batch_alter_table("fund_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_decision_fund_id_id"), ["fund_id", "id"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_number_series_last")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_number_series_register_id_register")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("register_id", "kind", "year", name=op.f("uq_number_series_register_id_kind_year")),
    )
    op.create_table(
        "register_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("public_title", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("external_number", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), nullable=True),
        sa.Column("status_since", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed_from", sa.String(), nullable=True),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number IS NOT NULL OR status = 'draft'", name=op.f("ck_register_case_draft_without_number")),
        sa.CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name=op.f("ck_register_case_numbered_when_submitted")),
        sa.CheckConstraint(
            "(number IS NULL) = (year IS NULL) AND (number IS NULL) = (serial IS NULL)", name=op.f("ck_register_case_numbered")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_register_case_author_id_person")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_register_case_register_id_register")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_register_case_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_case")),
        sa.UniqueConstraint("number", name=op.f("uq_register_case_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_case_public_id")),
        sa.UniqueConstraint("register_id", "year", "serial", name=op.f("uq_register_case_register_id_year_serial")),
    )
    with op.batch_alter_table("register_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_case_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_case_external_number"), ["external_number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_register_case_status_submitted_at_id"), ["status", "submitted_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_register_case_submitted_at_id"), ["submitted_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_case_turn_status_since_id"), ["turn", "status_since", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_register_case_unit_id_submitted_at_id"), ["unit_id", "submitted_at", "id"], unique=False
        )

    op.create_table(
        "archiving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("archived_by_id", sa.Integer(), nullable=False),
        sa.Column("archived_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["archived_by_id"], ["person.id"], name=op.f("fk_archiving_archived_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_archiving_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archiving")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archiving_case_id")),
    )
    with op.batch_alter_table("archiving", schema=None) as batch_op:
        batch_op.create_index("ix_archiving_archived_at", ["archived_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_archiving_batch"), ["batch"], unique=False)

    op.create_table(
        "case_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_case_fact_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_case_fact_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_fact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_fact_public_id")),
    )
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_fact_case_id_kind"), ["case_id", "kind"], unique=False)
        batch_op.create_index(
            "uq_case_fact_registration_checked",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'registration_checked'"),
            postgresql_where=sa.text("kind = 'registration_checked'"),
        )

    op.create_table(
        "case_writer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("added_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_case_writer_case_id_register_case")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_writer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_writer")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_case_writer_case_id_person_id")),
    )
    with op.batch_alter_table("case_writer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_writer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_closing_case_id_register_case")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_closing_closed_by_id_person")),
        sa.ForeignKeyConstraint(["reopened_by_id"], ["person.id"], name=op.f("fk_closing_reopened_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
    )
    with op.batch_alter_table("closing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closing_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "completion_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_completion_request_asked_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_completion_request_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_request")),
    )
    with op.batch_alter_table("completion_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completion_request_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_conflict_of_interest_case_id_register_case")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_of_interest_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_of_interest")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_conflict_of_interest_case_id_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conflict_of_interest_public_id")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source_note", sa.String(), nullable=False),
        sa.Column("created_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_sha256")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size")),
        sa.CheckConstraint("version > 0", name=op.f("ck_document_version")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_document_case_id_register_case")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_document_created_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("case_id", "kind", "version", name="uq_document_case_id_kind_version"),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_source_id"), ["source_id"], unique=False)

    op.create_table(
        "funding_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("saved_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=True),
        sa.Column("granted", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("budget_year", sa.Integer(), nullable=True),
        sa.Column("fund_id", sa.Integer(), nullable=True),
        sa.Column("organ_id", sa.Integer(), nullable=True),
        sa.Column("referred_organ_id", sa.Integer(), nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(granted IS NULL) = (outcome IS NULL)", name=op.f("ck_funding_request_decided")),
        sa.CheckConstraint("granted IS NULL OR granted >= 0", name=op.f("ck_funding_request_granted")),
        sa.CheckConstraint("requested IS NULL OR requested > 0", name=op.f("ck_funding_request_requested")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_funding_request_case_id_register_case")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_funding_request_fund_id_fund")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_funding_request_organ_id_organ")),
        sa.ForeignKeyConstraint(["referred_organ_id"], ["organ.id"], name=op.f("fk_funding_request_referred_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_request")),
        sa.UniqueConstraint("case_id", name=op.f("uq_funding_request_case_id")),
    )
    with op.batch_alter_table("funding_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funding_request_fund_id_budget_year"), ["fund_id", "budget_year"], unique=False)

    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("acting_for_id", sa.Integer(), nullable=True),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["acting_for_id"], ["person.id"], name=op.f("fk_hand_over_acting_for_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hand_over_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_hand_over_case_id_register_case")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_hand_over_organ_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hand_over_public_id")),
    )
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_over_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "ledger_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("fund_decision_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0 OR kind = 'set_aside'", name=op.f("ck_ledger_row_amount")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ledger_row_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_ledger_row_case_id_register_case")),
        sa.ForeignKeyConstraint(
            ["fund_decision_id"], ["fund_decision.id"], name=op.f("fk_ledger_row_fund_decision_id_fund_decision")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_ledger_row_fund_id_fund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_row")),
    )
    with op.batch_alter_table("ledger_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_row_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_row_fund_id_id"), ["fund_id", "id"], unique=False)

    op.create_table(
        "minutes_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("meeting_date", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("adjusted_on", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("passed_on_to_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'passed_on') = (passed_on_to_id IS NOT NULL)", name=op.f("ck_minutes_entry_passed_on")),
        sa.CheckConstraint(
            "kind IN ('preparing', 'postponed', 'deciding', 'referred_back', 'passed_on')", name=op.f("ck_minutes_entry_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_minutes_entry_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_minutes_entry_case_id_register_case")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_minutes_entry_organ_id_organ")),
        sa.ForeignKeyConstraint(["passed_on_to_id"], ["organ.id"], name=op.f("fk_minutes_entry_passed_on_to_id_organ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_entry")),
        sa.UniqueConstraint(
            "case_id",
            "organ_id",
            "meeting_date",
            "paragraph",
            name=op.f("uq_minutes_entry_case_id_organ_id_meeting_date_paragraph"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_minutes_entry_public_id")),
    )
    with op.batch_alter_table("minutes_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_entry_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_participation_case_id_register_case")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("case_id", "person_id", "part", name=op.f("uq_participation_case_id_person_id_part")),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_person_id_part"), ["person_id", "part"], unique=False)

    op.create_table(
        "secrecy_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("provision", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_secrecy_mark_confirmed")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_secrecy_mark_lifted")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_secrecy_mark_case_id_register_case")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_secrecy_mark_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_secrecy_mark_lifted_by_id_person")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_secrecy_mark_marked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrecy_mark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_secrecy_mark_public_id")),
    )
    with op.batch_alter_table("secrecy_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secrecy_mark_case_id"), ["case_id"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_statement_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_statement_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_statement_public_id")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "mark_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["secrecy_mark.id"], name=op.f("fk_mark_reader_mark_id_secrecy_mark")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mark_reader_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_reader")),
        sa.UniqueConstraint("mark_id", "person_id", name=op.f("uq_mark_reader_mark_id_person_id")),
    )
    with op.batch_alter_table("mark_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_reader_person_id"), ["person_id"], unique=False)

    op.create_table(
        "request_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("funding_request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("submitted_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["funding_request_id"], ["funding_request.id"], name=op.f("fk_request_version_funding_request_id_funding_request")
        ),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_request_version_submitted_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_version")),
        sa.UniqueConstraint("funding_request_id", "number", name=op.f("uq_request_version_funding_request_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_version_public_id")),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("cost_type", sa.String(), nullable=False),
        sa.CheckConstraint("cost_type IN ('drift', 'investering', 'vet inte')", name=op.f("ck_budget_line_cost_type")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_budget_line_amount")),
        sa.ForeignKeyConstraint(["version_id"], ["request_version.id"], name=op.f("fk_budget_line_version_id_request_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_budget_line_public_id")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_budget_line_version_id_position")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("authority", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("includes_unpriced", sa.Boolean(), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=True),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=True),
        sa.Column("left_before", sa.BigInteger(), nullable=True),
        sa.Column("left_after", sa.BigInteger(), nullable=True),
        sa.Column("financing", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replacement_reason", sa.Text(), nullable=False),
        sa.Column("presenter", sa.String(), nullable=False),
        sa.Column("redistribution", sa.String(), nullable=False),
        sa.Column("redistribution_cap", sa.BigInteger(), nullable=True),
        sa.Column("report_by", sa.Date(), nullable=True),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("acting_for_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("log_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("(capacity = 'politiskt beslut') = (minutes_id IS NOT NULL)", name=op.f("ck_decision_minutes")),
        sa.CheckConstraint(
            "(outcome = 'rejected') = (granted = 0 AND NOT includes_unpriced)", name=op.f("ck_decision_outcome")
        ),
        sa.CheckConstraint(
            "(redistribution = 'capped') = (redistribution_cap IS NOT NULL)", name=op.f("ck_decision_redistribution_cap")
        ),
        sa.CheckConstraint(
            "capacity IN ('delegationsbeslut', 'verkställighet', 'politiskt beslut')", name=op.f("ck_decision_capacity")
        ),
        sa.CheckConstraint("outcome = 'granted' OR reason <> ''", name=op.f("ck_decision_reason")),
        sa.CheckConstraint("outcome IN ('granted', 'partly', 'rejected')", name=op.f("ck_decision_outcomes")),
        sa.CheckConstraint("redistribution IN ('free', 'capped', 'none')", name=op.f("ck_decision_redistribution")),
        sa.CheckConstraint("granted >= 0", name=op.f("ck_decision_granted")),
        sa.ForeignKeyConstraint(["acting_for_id"], ["person.id"], name=op.f("fk_decision_acting_for_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_decision_case_id_register_case")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_decision_decided_by_id_person")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_decision_fund_id_fund")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes_entry.id"], name=op.f("fk_decision_minutes_id_minutes_entry")),
        sa.ForeignKeyConstraint(["replaces_id"], ["decision.id"], name=op.f("fk_decision_replaces_id_decision")),
        sa.ForeignKeyConstraint(["version_id"], ["request_version.id"], name=op.f("fk_decision_version_id_request_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("number", name=op.f("uq_decision_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_decision_public_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_decision_replaces_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_decided_at_id"), ["decided_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_outcome_decided_at_id"), ["outcome", "decided_at", "id"], unique=False)
        batch_op.create_index(
            "uq_decision_in_force",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "budget_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("frequency IN ('once', 'yearly')", name=op.f("ck_budget_entry_frequency")),
        sa.CheckConstraint("kind IN ('decision', 'reversal', 'redistribution')", name=op.f("ck_budget_entry_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_budget_entry_case_id_register_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_budget_entry_decision_id_decision")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_budget_entry_recorded_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entry")),
        sa.UniqueConstraint("decision_id", "kind", "serial", name=op.f("uq_budget_entry_decision_id_kind_serial")),
        sa.UniqueConstraint("public_id", name=op.f("uq_budget_entry_public_id")),
    )
    with op.batch_alter_table("budget_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_entry_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index("ix_budget_entry_recorded_at", ["recorded_at", "id"], unique=False)

    op.create_table(
        "decision_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("budget_line_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cost_type", sa.String(), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=True),
        sa.Column("granted", sa.BigInteger(), nullable=True),
        sa.Column("included", sa.Boolean(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.CheckConstraint("(granted IS NULL) = (included IS NOT NULL)", name=op.f("ck_decision_line_priced_or_included")),
        sa.CheckConstraint("(granted IS NULL) = (requested IS NULL)", name=op.f("ck_decision_line_priced")),
        sa.CheckConstraint("granted IS NULL OR granted >= 0", name=op.f("ck_decision_line_granted")),
        sa.ForeignKeyConstraint(
            ["budget_line_id"], ["budget_line.id"], name=op.f("fk_decision_line_budget_line_id_budget_line")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_line_decision_id_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_line")),
        sa.UniqueConstraint("decision_id", "position", name=op.f("uq_decision_line_decision_id_position")),
        sa.UniqueConstraint("public_id", name=op.f("uq_decision_line_public_id")),
    )
    op.create_table(
        "dispatch_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("queued_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('copy', 'information', 'action')", name=op.f("ck_dispatch_copy_kind")),
        sa.CheckConstraint("state <> 'failed' OR failure <> ''", name=op.f("ck_dispatch_copy_failure")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_dispatch_copy_state")),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name=op.f("ck_dispatch_copy_acknowledged")
        ),
        sa.CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name=op.f("ck_dispatch_copy_opened")),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["person.id"], name=op.f("fk_dispatch_copy_acknowledged_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_dispatch_copy_case_id_register_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_dispatch_copy_decision_id_decision")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_dispatch_copy_opened_by_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dispatch_copy_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_copy")),
        sa.UniqueConstraint("decision_id", "recipient", name=op.f("uq_dispatch_copy_decision_id_recipient")),
        sa.UniqueConstraint("message_id", name=op.f("uq_dispatch_copy_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_dispatch_copy_public_id")),
    )
    with op.batch_alter_table("dispatch_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispatch_copy_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispatch_copy_unit_id_sent_at_id"), ["unit_id", "sent_at", "id"], unique=False)

    op.create_table(
        "final_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("answered_at IS NULL OR state <> 'submitted'", name=op.f("ck_final_report_answered")),
        sa.CheckConstraint("state IN ('submitted', 'accepted', 'returned')", name=op.f("ck_final_report_state")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_final_report_answered_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_final_report_case_id_register_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_final_report_decision_id_decision")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_final_report_reported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report")),
        sa.UniqueConstraint("decision_id", "serial", name=op.f("uq_final_report_decision_id_serial")),
        sa.UniqueConstraint("public_id", name=op.f("uq_final_report_public_id")),
    )
    with op.batch_alter_table("final_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_final_report_case_id_id"), ["case_id", "id"], unique=False)

    op.create_table(
        "budget_entry_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("decision_line_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_budget_entry_line_amount")),
        sa.ForeignKeyConstraint(
            ["decision_line_id"], ["decision_line.id"], name=op.f("fk_budget_entry_line_decision_line_id_decision_line")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["budget_entry.id"], name=op.f("fk_budget_entry_line_entry_id_budget_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entry_line")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_budget_entry_line_entry_id_position")),
    )
    op.create_table(
        "final_report_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("decision_line_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.CheckConstraint("used IS NULL OR used >= 0", name=op.f("ck_final_report_line_used")),
        sa.ForeignKeyConstraint(
            ["decision_line_id"], ["decision_line.id"], name=op.f("fk_final_report_line_decision_line_id_decision_line")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["final_report.id"], name=op.f("fk_final_report_line_report_id_final_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report_line")),
        sa.UniqueConstraint("report_id", "decision_line_id", name=op.f("uq_final_report_line_report_id_decision_line_id")),
    )
    op.create_table(
        "redistribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(confirmed_at IS NULL) = (entry_id IS NULL)", name=op.f("ck_redistribution_confirmed")),
        sa.CheckConstraint("moved > 0", name=op.f("ck_redistribution_moved")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_redistribution_case_id_register_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_redistribution_decision_id_decision")),
        sa.ForeignKeyConstraint(["entry_id"], ["budget_entry.id"], name=op.f("fk_redistribution_entry_id_budget_entry")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_redistribution_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redistribution")),
        sa.UniqueConstraint("decision_id", "serial", name=op.f("uq_redistribution_decision_id_serial")),
        sa.UniqueConstraint("public_id", name=op.f("uq_redistribution_public_id")),
    )
    with op.batch_alter_table("redistribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redistribution_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_redistribution_unconfirmed",
            ["made_at", "id"],
            unique=False,
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )

    op.create_table(
        "redistribution_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("redistribution_id", sa.Integer(), nullable=False),
        sa.Column("decision_line_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("change <> 0", name=op.f("ck_redistribution_line_change")),
        sa.ForeignKeyConstraint(
            ["decision_line_id"], ["decision_line.id"], name=op.f("fk_redistribution_line_decision_line_id_decision_line")
        ),
        sa.ForeignKeyConstraint(
            ["redistribution_id"], ["redistribution.id"], name=op.f("fk_redistribution_line_redistribution_id_redistribution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redistribution_line")),
        sa.UniqueConstraint(
            "redistribution_id", "decision_line_id", name=op.f("uq_redistribution_line_redistribution_id_decision_line_id")
        ),
    )

    # Triggers are no part of the metadata that alembic compares: the same statements the models attach.
    for table in guards.TABLES:
        for statement in guards.statements(op.get_bind().dialect.name, table):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("redistribution_line")
    with op.batch_alter_table("redistribution", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_redistribution_unconfirmed",
            sqlite_where=sa.text("confirmed_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_redistribution_case_id_id"))

    op.drop_table("redistribution")
    op.drop_table("final_report_line")
    op.drop_table("budget_entry_line")
    with op.batch_alter_table("final_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_final_report_case_id_id"))

    op.drop_table("final_report")
    with op.batch_alter_table("dispatch_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispatch_copy_unit_id_sent_at_id"))
        batch_op.drop_index(batch_op.f("ix_dispatch_copy_case_id_id"))

    op.drop_table("dispatch_copy")
    op.drop_table("decision_line")
    with op.batch_alter_table("budget_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_budget_entry_recorded_at")
        batch_op.drop_index(batch_op.f("ix_budget_entry_case_id_id"))

    op.drop_table("budget_entry")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_decision_in_force", sqlite_where=sa.text("replaced_at IS NULL"), postgresql_where=sa.text("replaced_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_decision_outcome_decided_at_id"))
        batch_op.drop_index(batch_op.f("ix_decision_decided_at_id"))

    op.drop_table("decision")
    op.drop_table("budget_line")
    op.drop_table("request_version")
    with op.batch_alter_table("mark_reader", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_reader_person_id"))

    op.drop_table("mark_reader")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_case_id_id"))

    op.drop_table("statement")
    with op.batch_alter_table("secrecy_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_secrecy_mark_case_id"))

    op.drop_table("secrecy_mark")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_person_id_part"))

    op.drop_table("participation")
    with op.batch_alter_table("minutes_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_entry_case_id_id"))

    op.drop_table("minutes_entry")
    with op.batch_alter_table("ledger_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_row_fund_id_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_row_case_id"))

    op.drop_table("ledger_row")
    with op.batch_alter_table("hand_over", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_over_case_id_id"))

    op.drop_table("hand_over")
    with op.batch_alter_table("funding_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funding_request_fund_id_budget_year"))

    op.drop_table("funding_request")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_source_id"))
        batch_op.drop_index(batch_op.f("ix_document_sha256"))

    op.drop_table("document")
    op.drop_table("conflict_of_interest")
    with op.batch_alter_table("completion_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completion_request_case_id_id"))

    op.drop_table("completion_request")
    with op.batch_alter_table("closing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closing_case_id_id"))

    op.drop_table("closing")
    with op.batch_alter_table("case_writer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_writer_person_id"))

    op.drop_table("case_writer")
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_fact_registration_checked",
            sqlite_where=sa.text("kind = 'registration_checked'"),
            postgresql_where=sa.text("kind = 'registration_checked'"),
        )
        batch_op.drop_index(batch_op.f("ix_case_fact_case_id_kind"))

    op.drop_table("case_fact")
    with op.batch_alter_table("archiving", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archiving_batch"))
        batch_op.drop_index("ix_archiving_archived_at")

    op.drop_table("archiving")
    with op.batch_alter_table("register_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_case_unit_id_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_register_case_turn_status_since_id"))
        batch_op.drop_index(batch_op.f("ix_register_case_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_register_case_status_submitted_at_id"))
        batch_op.drop_index(batch_op.f("ix_register_case_external_number"))
        batch_op.drop_index(batch_op.f("ix_register_case_author_id"))

    op.drop_table("register_case")
    op.drop_table("number_series")
    with op.batch_alter_table("fund_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_decision_fund_id_id"))

    op.drop_table("fund_decision")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_person_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_delegation_fund_id_valid_from"))

    op.drop_table("delegation")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_person_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitution_substitute_id_valid_from"))

    op.drop_table("substitution")
    with op.batch_alter_table("role_holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_holding_role_unit_id"))
        batch_op.drop_index(batch_op.f("ix_role_holding_person_id_valid_from"))

    op.drop_table("role_holding")
    op.drop_table("register")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))

    op.drop_table("one_time_link")
    op.drop_table("log_body")
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_year_name"))

    op.drop_table("fund")
    op.drop_table("form_result")
    op.drop_table("worker_heartbeat")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))

    op.drop_table("unit")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_username_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_address_at"))

    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_open_run_at_id", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.drop_table("outbox")
    op.drop_table("organ")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_sent_at_id"))

    op.drop_table("mail")
    op.drop_table("log_head")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_log_entry_object_id_seq")
        batch_op.drop_index("ix_log_entry_case_id_seq")

    op.drop_table("log_entry")
    op.drop_table("log_checkpoint")
    op.drop_table("log_check")
    op.drop_table("installation")
