CREATE TABLE arrival (
  id BIGSERIAL NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  source VARCHAR NOT NULL,
  peer VARCHAR,
  helo VARCHAR,
  trusted BOOLEAN NOT NULL,
  submitted_by VARCHAR,
  envelope_from VARCHAR NOT NULL,
  recipients JSON NOT NULL,
  size BIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  transmission VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  message_id VARCHAR,
  raw BYTEA,
  PRIMARY KEY (id)
);
CREATE INDEX ix_arrival_content ON arrival (content);
CREATE INDEX ix_arrival_message_id ON arrival (message_id);
CREATE INDEX ix_arrival_sha256 ON arrival (sha256);
CREATE INDEX ix_arrival_transmission ON arrival (transmission);
CREATE TABLE large (
  sha256 VARCHAR NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE mailbox (
  place VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  uidvalidity BIGINT NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  renumbered BOOLEAN NOT NULL,
  PRIMARY KEY (place)
);
CREATE TABLE mailbox_mail (
  mailbox VARCHAR NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  arrival BIGINT,
  size BIGINT NOT NULL,
  arrived VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  PRIMARY KEY (mailbox, uidvalidity, uid)
);
CREATE INDEX mailbox_mail_arrival ON mailbox_mail (arrival);
CREATE INDEX mailbox_mail_open ON mailbox_mail (mailbox, uidvalidity, uid) WHERE state IN ('import', 'kept', 'copied', 'copying', 'copying again');
CREATE TABLE refusal (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  source VARCHAR NOT NULL,
  peer VARCHAR,
  helo VARCHAR,
  envelope_from VARCHAR,
  recipients JSON NOT NULL,
  reply VARCHAR NOT NULL,
  times BIGINT NOT NULL,
  size BIGINT,
  message_id VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_refusal_at ON refusal (at);
CREATE TABLE retransmission (
  id BIGSERIAL NOT NULL,
  arrival BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_retransmission_arrival ON retransmission (arrival);
