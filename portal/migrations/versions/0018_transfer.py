"""Agreements with an archive, deliveries under them, and the ledger of what was sent and received."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_HELD = sa.text("state IN ('waiting', 'sent', 'received')")


def _agreement() -> None:
    op.create_table(
        "transfer_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_transfer_agreement_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_transfer_agreement_public_id")),
    )


def _terms() -> None:
    op.create_table(
        "transfer_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("receiver_code", sa.String(), nullable=False),
        sa.Column("reference_code", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=False),
        sa.Column("profile_url", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("host_key", sa.String(), nullable=False),
        sa.Column("sign_in", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('folder', 'sftp')", name=op.f("ck_transfer_terms_channel")),
        sa.CheckConstraint("content_type IN ('citserms_v2_1', 'ERMS')", name=op.f("ck_transfer_terms_content_type")),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_transfer_terms_port")),
        sa.CheckConstraint(
            "(channel = 'sftp') = (host <> '') AND (channel = 'sftp') = (host_key <> '') AND (channel = 'sftp') = (sign_in <> '') AND (channel = 'sftp') = (port IS NOT NULL)",
            name=op.f("ck_transfer_terms_server"),
        ),
        sa.CheckConstraint("sign_in IN ('', 'password', 'key')", name=op.f("ck_transfer_terms_sign_in")),
        sa.CheckConstraint("spec IN ('2.1.0', '2.2.0')", name=op.f("ck_transfer_terms_spec")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_transfer_terms_valid")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["transfer_agreement.id"], name=op.f("fk_transfer_terms_agreement_id_transfer_agreement")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_transfer_terms_set_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_terms")),
        sa.UniqueConstraint("agreement_id", "edition", name=op.f("uq_transfer_terms_agreement_id_edition")),
    )


def _delivery() -> None:
    op.create_table(
        "transfer_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["transfer_delivery.id"], name=op.f("fk_transfer_delivery_replaces_id_transfer_delivery")
        ),
        sa.ForeignKeyConstraint(["started_by_id"], ["person.id"], name=op.f("fk_transfer_delivery_started_by_id_person")),
        sa.ForeignKeyConstraint(["terms_id"], ["transfer_terms.id"], name=op.f("fk_transfer_delivery_terms_id_transfer_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_delivery")),
        sa.UniqueConstraint("number", name=op.f("uq_transfer_delivery_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_transfer_delivery_public_id")),
        sa.UniqueConstraint("number_year", "serial", name=op.f("uq_transfer_delivery_number_year_serial")),
    )
    op.create_index(op.f("ix_transfer_delivery_started_at_id"), "transfer_delivery", ["started_at", "id"])
    op.create_index(op.f("ix_transfer_delivery_terms_id"), "transfer_delivery", ["terms_id"])


def _package() -> None:
    op.create_table(
        "transfer_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('received', 'refused')) = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answered_on IS NULL)",
            name=op.f("ck_transfer_package_answered"),
        ),
        sa.CheckConstraint("(replaces_id IS NULL) = (edition = 1)", name=op.f("ck_transfer_package_edition")),
        sa.CheckConstraint(
            "(sha256 IS NULL) = (name IS NULL) AND (sha256 IS NULL) = (size IS NULL)", name=op.f("ck_transfer_package_made")
        ),
        sa.CheckConstraint("(state = 'failed') = (problem <> '')", name=op.f("ck_transfer_package_problem")),
        sa.CheckConstraint("(state = 'refused') = (reason <> '')", name=op.f("ck_transfer_package_reason")),
        sa.CheckConstraint("(state = 'received') = (receipt <> '')", name=op.f("ck_transfer_package_receipt")),
        sa.CheckConstraint(
            "(state IN ('sent', 'received', 'refused')) = (sent_at IS NOT NULL) AND (sent_at IS NULL OR sha256 IS NOT NULL)",
            name=op.f("ck_transfer_package_sent"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_transfer_package_sha256")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'received', 'refused', 'failed')", name=op.f("ck_transfer_package_state")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_transfer_package_answered_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_transfer_package_case_id_register_case")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["transfer_delivery.id"], name=op.f("fk_transfer_package_delivery_id_transfer_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["transfer_package.id"], name=op.f("fk_transfer_package_replaces_id_transfer_package")
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["transfer_terms.id"], name=op.f("fk_transfer_package_terms_id_transfer_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_package")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_transfer_package_replaces_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_transfer_package_public_id")),
    )
    op.create_index(op.f("ix_transfer_package_case_id_id"), "transfer_package", ["case_id", "id"])
    op.create_index(op.f("ix_transfer_package_delivery_id_id"), "transfer_package", ["delivery_id", "id"])
    op.create_index(op.f("ix_transfer_package_delivery_id_name"), "transfer_package", ["delivery_id", "name"])
    op.create_index(op.f("ix_transfer_package_delivery_id_state_id"), "transfer_package", ["delivery_id", "state", "id"])
    op.create_index(
        op.f("uq_transfer_package_held"),
        "transfer_package",
        ["case_id"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )


def _report() -> None:
    op.create_table(
        "transfer_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_transfer_report_sha256")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["transfer_delivery.id"], name=op.f("fk_transfer_report_delivery_id_transfer_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_report")),
        sa.UniqueConstraint("delivery_id", "name", name=op.f("uq_transfer_report_delivery_id_name")),
    )
    op.create_index(op.f("ix_transfer_report_sha256"), "transfer_report", ["sha256"])


def upgrade() -> None:
    """The tables begin empty: nothing has been delivered by the portal before."""
    _agreement()
    _terms()
    _delivery()
    _package()
    _report()


def downgrade() -> None:
    """Take the tables away."""
    for table in ("transfer_report", "transfer_package", "transfer_delivery", "transfer_terms", "transfer_agreement"):
        op.drop_table(table)
