CREATE TABLE absence (
  id INTEGER NOT NULL,
  agent VARCHAR NOT NULL,
  begins DATETIME NOT NULL,
  ends DATETIME NOT NULL,
  deputy VARCHAR,
  at DATETIME NOT NULL,
  told_at DATETIME,
  returned_at DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_absence_agent ON absence (agent);
CREATE INDEX ix_absence_ends ON absence (ends);
CREATE TABLE acted (
  digest VARCHAR NOT NULL,
  mail INTEGER NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (digest)
);
CREATE INDEX ix_acted_at ON acted (at);
CREATE TABLE announced (
  digest VARCHAR NOT NULL,
  person INTEGER NOT NULL,
  letter INTEGER NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (digest, person)
);
CREATE TABLE chain (
  ticket INTEGER NOT NULL,
  events INTEGER NOT NULL,
  head VARCHAR NOT NULL,
  changed BOOLEAN NOT NULL,
  seal INTEGER,
  PRIMARY KEY (ticket)
);
CREATE INDEX chain_changed ON chain (ticket) WHERE changed;
CREATE TABLE commanded (
  id INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  agent VARCHAR NOT NULL,
  mail INTEGER,
  at DATETIME NOT NULL,
  commands JSON NOT NULL,
  events JSON NOT NULL,
  undone_at DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_commanded_ticket ON commanded (ticket);
CREATE TABLE correlation (
  id INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL,
  ticket INTEGER NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_correlation_key ON correlation ("key");
CREATE INDEX ix_correlation_ticket ON correlation (ticket);
CREATE TABLE cursor (
  name VARCHAR NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE digested (
  person VARCHAR NOT NULL,
  day DATE NOT NULL,
  at DATETIME NOT NULL,
  owed BOOLEAN NOT NULL,
  PRIMARY KEY (person)
);
CREATE TABLE event (
  ticket INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at DATETIME NOT NULL,
  actor VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  detail JSON NOT NULL,
  salt VARCHAR NOT NULL,
  digest VARCHAR NOT NULL,
  mail INTEGER,
  raw VARCHAR,
  hash VARCHAR NOT NULL,
  PRIMARY KEY (ticket, seq)
);
CREATE INDEX ix_event_mail ON event (mail);
CREATE TABLE file (
  sha256 VARCHAR NOT NULL,
  size INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE handover (
  id INTEGER NOT NULL,
  agent VARCHAR NOT NULL,
  receiver VARCHAR NOT NULL,
  is_group BOOLEAN NOT NULL,
  words VARCHAR NOT NULL,
  moved JSON NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_handover_agent ON handover (agent);
CREATE TABLE kept (
  id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  mail INTEGER,
  ticket INTEGER,
  agent VARCHAR NOT NULL,
  letter INTEGER,
  answered VARCHAR,
  about INTEGER,
  commands JSON NOT NULL,
  words VARCHAR NOT NULL,
  files JSON NOT NULL,
  acts JSON NOT NULL,
  why VARCHAR NOT NULL,
  needs_signature BOOLEAN NOT NULL,
  concerns INTEGER,
  seen DATETIME,
  draft_edited BOOLEAN NOT NULL,
  uncertain BOOLEAN NOT NULL,
  to_letter INTEGER,
  asked BOOLEAN NOT NULL,
  at DATETIME NOT NULL,
  asks_at DATETIME,
  expires_at DATETIME NOT NULL,
  done_at DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_kept_asks_at ON kept (asks_at);
CREATE INDEX ix_kept_concerns ON kept (concerns);
CREATE INDEX ix_kept_letter ON kept (letter);
CREATE TABLE lease (
  name VARCHAR NOT NULL,
  holder VARCHAR NOT NULL,
  fence INTEGER NOT NULL,
  until DATETIME NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE letter (
  id INTEGER NOT NULL,
  ticket INTEGER,
  template VARCHAR NOT NULL,
  "to" VARCHAR NOT NULL,
  envelope_from VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  attempts INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  next_at DATETIME,
  sent_at DATETIME,
  answer VARCHAR,
  doubtful INTEGER NOT NULL,
  message_id VARCHAR NOT NULL,
  header BLOB NOT NULL,
  text VARCHAR NOT NULL,
  html VARCHAR NOT NULL,
  mould VARCHAR,
  filling JSON,
  files JSON NOT NULL,
  message INTEGER,
  mail INTEGER,
  owner VARCHAR,
  worker VARCHAR,
  claimed_until DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_letter_mail ON letter (mail);
CREATE INDEX ix_letter_next_at ON letter (next_at);
CREATE INDEX ix_letter_state ON letter (state);
CREATE INDEX ix_letter_ticket ON letter (ticket);
CREATE TABLE link (
  from_ticket INTEGER NOT NULL,
  to_ticket INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  PRIMARY KEY (from_ticket, to_ticket, kind)
);
CREATE TABLE mail_state (
  mail INTEGER NOT NULL,
  state VARCHAR NOT NULL,
  sort VARCHAR,
  reason VARCHAR,
  sender VARCHAR,
  subject VARCHAR,
  ticket INTEGER,
  attempts INTEGER NOT NULL,
  strikes INTEGER NOT NULL,
  error VARCHAR,
  not_before DATETIME,
  first_tried_at DATETIME,
  worker VARCHAR,
  fence INTEGER NOT NULL,
  claimed_until DATETIME,
  finished_at DATETIME,
  shown_at DATETIME,
  released BOOLEAN NOT NULL,
  config_version VARCHAR,
  decision JSON,
  PRIMARY KEY (mail)
);
CREATE INDEX ix_mail_state_state ON mail_state (state);
CREATE INDEX ix_mail_state_ticket ON mail_state (ticket);
CREATE TABLE mailbox_state (
  name VARCHAR NOT NULL,
  connected BOOLEAN NOT NULL,
  last_scan DATETIME,
  waiting INTEGER NOT NULL,
  oldest DATETIME,
  unaccounted INTEGER NOT NULL,
  trouble VARCHAR,
  PRIMARY KEY (name)
);
CREATE TABLE mark (
  ticket INTEGER NOT NULL,
  what VARCHAR NOT NULL,
  times INTEGER NOT NULL,
  due DATETIME NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (ticket, what)
);
CREATE TABLE merged_draft (
  id INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  text VARCHAR NOT NULL,
  files JSON NOT NULL,
  parts JSON NOT NULL,
  letters JSON NOT NULL,
  at DATETIME NOT NULL,
  released_at DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_merged_draft_ticket ON merged_draft (ticket);
CREATE TABLE message (
  id INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  direction VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  sender VARCHAR NOT NULL,
  "to" JSON NOT NULL,
  cc JSON NOT NULL,
  subject VARCHAR NOT NULL,
  at DATETIME NOT NULL,
  text VARCHAR NOT NULL,
  new_text VARCHAR NOT NULL,
  public BOOLEAN NOT NULL,
  trust VARCHAR NOT NULL,
  mail INTEGER,
  letter INTEGER,
  message_id VARCHAR,
  author VARCHAR NOT NULL,
  attachments JSON NOT NULL,
  remark VARCHAR,
  token_of VARCHAR,
  quoted VARCHAR NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_message_mail ON message (mail);
CREATE INDEX ix_message_ticket ON message (ticket);
CREATE TABLE mould (
  digest VARCHAR NOT NULL,
  text VARCHAR NOT NULL,
  html VARCHAR NOT NULL,
  PRIMARY KEY (digest)
);
CREATE TABLE other_address (
  email VARCHAR NOT NULL,
  person INTEGER NOT NULL,
  PRIMARY KEY (email)
);
CREATE INDEX ix_other_address_person ON other_address (person);
CREATE TABLE part (
  ticket INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  hidden BOOLEAN NOT NULL,
  answered_at DATETIME,
  released_at DATETIME,
  PRIMARY KEY (ticket)
);
CREATE INDEX ix_part_parent ON part (parent);
CREATE TABLE participant (
  ticket INTEGER NOT NULL,
  role VARCHAR NOT NULL,
  who VARCHAR NOT NULL,
  proven BOOLEAN NOT NULL,
  PRIMARY KEY (ticket, role, who)
);
CREATE TABLE paused (
  mailbox VARCHAR NOT NULL,
  since DATETIME NOT NULL,
  until DATETIME NOT NULL,
  times INTEGER NOT NULL,
  why VARCHAR NOT NULL,
  PRIMARY KEY (mailbox)
);
CREATE TABLE person (
  id INTEGER NOT NULL,
  email VARCHAR,
  name VARCHAR,
  phone VARCHAR,
  company VARCHAR,
  department VARCHAR,
  customer_group VARCHAR,
  internal BOOLEAN NOT NULL,
  language VARCHAR,
  failing_since DATETIME,
  PRIMARY KEY (id),
  UNIQUE (email)
);
CREATE TABLE picture_seen (
  sha256 VARCHAR NOT NULL,
  domain VARCHAR NOT NULL,
  ticket INTEGER NOT NULL,
  PRIMARY KEY (sha256, domain, ticket)
);
CREATE TABLE proof (
  id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  findings INTEGER NOT NULL,
  first VARCHAR,
  seal INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE reference (
  digest VARCHAR NOT NULL,
  ticket INTEGER NOT NULL,
  named BOOLEAN NOT NULL,
  mail INTEGER,
  PRIMARY KEY (digest, ticket, named)
);
CREATE TABLE seal (
  number INTEGER NOT NULL,
  at DATETIME NOT NULL,
  chains INTEGER NOT NULL,
  fold VARCHAR NOT NULL,
  previous VARCHAR NOT NULL,
  hash VARCHAR NOT NULL,
  PRIMARY KEY (number)
);
CREATE TABLE sealed (
  seal INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  events INTEGER NOT NULL,
  head VARCHAR NOT NULL,
  PRIMARY KEY (seal, ticket)
);
CREATE INDEX sealed_ticket ON sealed (ticket, events);
CREATE TABLE sent (
  id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  mailbox VARCHAR NOT NULL,
  domain VARCHAR NOT NULL,
  template VARCHAR NOT NULL,
  ticket INTEGER,
  proven BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_sent_at ON sent (at);
CREATE INDEX ix_sent_mailbox ON sent (mailbox);
CREATE INDEX ix_sent_ticket ON sent (ticket);
CREATE TABLE shown (
  mail INTEGER NOT NULL,
  person VARCHAR NOT NULL,
  at DATETIME NOT NULL,
  letter INTEGER NOT NULL,
  PRIMARY KEY (mail, person)
);
CREATE TABLE standstill (
  ticket INTEGER NOT NULL,
  begins DATETIME NOT NULL,
  ends DATETIME NOT NULL,
  PRIMARY KEY (ticket, begins)
);
CREATE TABLE statement (
  id INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  "to" VARCHAR NOT NULL,
  agent VARCHAR,
  asked_by VARCHAR NOT NULL,
  asked_at DATETIME NOT NULL,
  "by" DATETIME,
  with_original BOOLEAN NOT NULL,
  letter INTEGER NOT NULL,
  mail INTEGER,
  state VARCHAR NOT NULL,
  answered_at DATETIME,
  reminders JSON NOT NULL,
  look_at DATETIME,
  PRIMARY KEY (id)
);
CREATE INDEX ix_statement_letter ON statement (letter);
CREATE INDEX ix_statement_ticket ON statement (ticket);
CREATE INDEX statement_look_at ON statement (look_at) WHERE look_at IS NOT NULL AND state IN ('asked', 'overdue');
CREATE TABLE suppressed (
  id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  mailbox VARCHAR NOT NULL,
  template VARCHAR NOT NULL,
  ticket INTEGER,
  reason VARCHAR NOT NULL,
  budget BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_suppressed_ticket ON suppressed (ticket);
CREATE TABLE ticket (
  number INTEGER NOT NULL,
  old_number VARCHAR,
  subject VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  waiting_for VARCHAR,
  priority VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  source_address VARCHAR NOT NULL,
  reporter INTEGER NOT NULL,
  end_customer INTEGER,
  foreign_number VARCHAR,
  "group" VARCHAR,
  assignee VARCHAR,
  assigned_at DATETIME,
  coordinator VARCHAR,
  coordinator_accepted_at DATETIME,
  level INTEGER NOT NULL,
  visible BOOLEAN NOT NULL,
  parent INTEGER,
  language VARCHAR NOT NULL,
  tags JSON NOT NULL,
  created_at DATETIME NOT NULL,
  accepted_at DATETIME,
  first_response_at DATETIME,
  resolved_at DATETIME,
  closed_at DATETIME,
  updated_at DATETIME NOT NULL,
  wanted_by DATETIME,
  due_at DATETIME,
  snoozed_until DATETIME,
  waiting_until DATETIME,
  due_set_at DATETIME,
  yellow_at DATETIME,
  red_at DATETIME,
  response_due DATETIME,
  solution_due DATETIME,
  stands_since DATETIME,
  response_minutes INTEGER,
  solution_minutes INTEGER,
  asked_at DATETIME,
  closes_at DATETIME,
  look_at DATETIME,
  handling_minutes INTEGER NOT NULL,
  solution VARCHAR,
  rating JSON,
  rule VARCHAR,
  PRIMARY KEY (number)
);
CREATE INDEX ix_ticket_assignee ON ticket (assignee);
CREATE INDEX ix_ticket_category ON ticket (category);
CREATE INDEX ix_ticket_foreign_number ON ticket (foreign_number);
CREATE INDEX ix_ticket_group ON ticket ("group");
CREATE INDEX ix_ticket_old_number ON ticket (old_number);
CREATE INDEX ix_ticket_status ON ticket (status);
CREATE INDEX ticket_look_at ON ticket (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX ticket_of_reporter ON ticket (reporter, closed_at, updated_at);
CREATE TABLE token (
  digest VARCHAR NOT NULL,
  ticket INTEGER,
  role VARCHAR NOT NULL,
  person VARCHAR NOT NULL,
  "group" VARCHAR,
  letter INTEGER,
  kept INTEGER,
  template VARCHAR NOT NULL,
  issued_at DATETIME NOT NULL,
  expires_at DATETIME,
  revoked_at DATETIME,
  spent_at DATETIME,
  PRIMARY KEY (digest)
);
CREATE INDEX ix_token_ticket ON token (ticket);
CREATE TABLE trouble (
  kind VARCHAR NOT NULL,
  about VARCHAR NOT NULL,
  english VARCHAR NOT NULL,
  german VARCHAR NOT NULL,
  since DATETIME NOT NULL,
  told_at DATETIME,
  ended_at DATETIME,
  cleared_at DATETIME,
  returns INTEGER NOT NULL,
  PRIMARY KEY (kind, about)
);
