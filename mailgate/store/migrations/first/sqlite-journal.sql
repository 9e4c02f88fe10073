CREATE TABLE arrival (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  received_at DATETIME NOT NULL,
  source VARCHAR NOT NULL,
  peer VARCHAR,
  helo VARCHAR,
  trusted BOOLEAN NOT NULL,
  submitted_by VARCHAR,
  envelope_from VARCHAR NOT NULL,
  recipients JSON NOT NULL,
  size INTEGER NOT NULL,
  sha256 VARCHAR NOT NULL,
  transmission VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  message_id VARCHAR,
  raw BLOB
);
CREATE INDEX ix_arrival_content ON arrival (content);
CREATE INDEX ix_arrival_message_id ON arrival (message_id);
CREATE INDEX ix_arrival_sha256 ON arrival (sha256);
CREATE INDEX ix_arrival_transmission ON arrival (transmission);
CREATE TABLE large (
  sha256 VARCHAR NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE mailbox (
  place VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  uidvalidity INTEGER NOT NULL,
  since DATETIME NOT NULL,
  renumbered BOOLEAN NOT NULL,
  PRIMARY KEY (place)
);
CREATE TABLE mailbox_mail (
  mailbox VARCHAR NOT NULL,
  uidvalidity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  arrival INTEGER,
  size INTEGER NOT NULL,
  arrived VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  PRIMARY KEY (mailbox, uidvalidity, uid)
);
CREATE INDEX mailbox_mail_arrival ON mailbox_mail (arrival);
CREATE INDEX mailbox_mail_open ON mailbox_mail (mailbox, uidvalidity, uid) WHERE state IN ('import', 'kept', 'copied', 'copying', 'copying again');
CREATE TABLE refusal (
  id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  source VARCHAR NOT NULL,
  peer VARCHAR,
  helo VARCHAR,
  envelope_from VARCHAR,
  recipients JSON NOT NULL,
  reply VARCHAR NOT NULL,
  times INTEGER NOT NULL,
  size INTEGER,
  message_id VARCHAR,
  PRIMARY KEY (id)
);
CREATE INDEX ix_refusal_at ON refusal (at);
CREATE TABLE retransmission (
  id INTEGER NOT NULL,
  arrival INTEGER NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_retransmission_arrival ON retransmission (arrival);
