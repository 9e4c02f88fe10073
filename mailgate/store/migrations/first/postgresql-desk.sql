CREATE TABLE absence (
  id BIGSERIAL NOT NULL,
  agent VARCHAR NOT NULL,
  begins TIMESTAMP WITH TIME ZONE NOT NULL,
  ends TIMESTAMP WITH TIME ZONE NOT NULL,
  deputy VARCHAR,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE,
  returned_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_absence_agent ON absence (agent);
CREATE INDEX ix_absence_ends ON absence (ends);
CREATE TABLE acted (
  digest VARCHAR NOT NULL,
  mail BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (digest)
);
CREATE INDEX ix_acted_at ON acted (at);
CREATE TABLE announced (
  digest VARCHAR NOT NULL,
  person BIGINT NOT NULL,
  letter BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (digest, person)
);
CREATE TABLE chain (
  ticket BIGSERIAL NOT NULL,
  events BIGINT NOT NULL,
  head VARCHAR NOT NULL,
  changed BOOLEAN NOT NULL,
  seal BIGINT,
  PRIMARY KEY (ticket)
);
CREATE INDEX chain_changed ON chain (ticket) WHERE changed;
CREATE TABLE commanded (
  id BIGSERIAL NOT NULL,
  ticket BIGINT NOT NULL,
  agent VARCHAR NOT NULL,
  mail BIGINT,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  commands JSON NOT NULL,
  events JSON NOT NULL,
  undone_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_commanded_ticket ON commanded (ticket);
CREATE TABLE correlation (
  id BIGSERIAL NOT NULL,
  rule VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  ticket BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_correlation_key ON correlation (key);
CREATE INDEX ix_correlation_ticket ON correlation (ticket);
CREATE TABLE cursor (
  name VARCHAR NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE digested (
  person VARCHAR NOT NULL,
  day DATE NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  owed BOOLEAN NOT NULL,
  PRIMARY KEY (person)
);
CREATE TABLE event (
  ticket BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  actor VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  detail JSON NOT NULL,
  salt VARCHAR NOT NULL,
  digest VARCHAR NOT NULL,
  mail BIGINT,
  raw VARCHAR,
  hash VARCHAR NOT NULL,
  PRIMARY KEY (ticket, seq)
);
CREATE INDEX ix_event_mail ON event (mail);
CREATE TABLE file (
  sha256 VARCHAR NOT NULL,
  size BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE handover (
  id BIGSERIAL NOT NULL,
  agent VARCHAR NOT NULL,
  receiver VARCHAR NOT NULL,
  is_group BOOLEAN NOT NULL,
  words VARCHAR NOT NULL,
  moved JSON NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_handover_agent ON handover (agent);
CREATE TABLE kept (
  id BIGSERIAL NOT NULL,
  kind VARCHAR NOT NULL,
  mail BIGINT,
  ticket BIGINT,
  agent VARCHAR NOT NULL,
  letter BIGINT,
  answered VARCHAR,
  about BIGINT,
  commands JSON NOT NULL,
  words VARCHAR NOT NULL,
  files JSON NOT NULL,
  acts JSON NOT NULL,
  why VARCHAR NOT NULL,
  needs_signature BOOLEAN NOT NULL,
  concerns BIGINT,
  seen TIMESTAMP WITH TIME ZONE,
  draft_edited BOOLEAN NOT NULL,
  uncertain BOOLEAN NOT NULL,
  to_letter BIGINT,
  asked BOOLEAN NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  asks_at TIMESTAMP WITH TIME ZONE,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_kept_asks_at ON kept (asks_at);
CREATE INDEX ix_kept_concerns ON kept (concerns);
CREATE INDEX ix_kept_letter ON kept (letter);
CREATE TABLE lease (
  name VARCHAR NOT NULL,
  holder VARCHAR NOT NULL,
  fence BIGINT NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE letter (
  id BIGSERIAL NOT NULL,
  ticket BIGINT,
  template VARCHAR NOT NULL,
  "to" VARCHAR NOT NULL,
  envelope_from VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  attempts BIGINT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  answer VARCHAR,
  doubtful BIGINT NOT NULL,
  message_id VARCHAR NOT NULL,
  header BYTEA NOT NULL,
  text VARCHAR NOT NULL,
  html VARCHAR NOT NULL,
  mould VARCHAR,
  filling JSON,
  files JSON NOT NULL,
  message BIGINT,
  mail BIGINT,
  owner VARCHAR,
  worker VARCHAR,
  claimed_until TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_letter_mail ON letter (mail);
CREATE INDEX ix_letter_next_at ON letter (next_at);
CREATE INDEX ix_letter_state ON letter (state);
CREATE INDEX ix_letter_ticket ON letter (ticket);
CREATE TABLE link (
  from_ticket BIGINT NOT NULL,
  to_ticket BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  PRIMARY KEY (from_ticket, to_ticket, kind)
);
CREATE TABLE mail_state (
  mail BIGSERIAL NOT NULL,
  state VARCHAR NOT NULL,
  sort VARCHAR,
  reason VARCHAR,
  sender VARCHAR,
  subject VARCHAR,
  ticket BIGINT,
  attempts BIGINT NOT NULL,
  strikes BIGINT NOT NULL,
  error VARCHAR,
  not_before TIMESTAMP WITH TIME ZONE,
  first_tried_at TIMESTAMP WITH TIME ZONE,
  worker VARCHAR,
  fence BIGINT NOT NULL,
  claimed_until TIMESTAMP WITH TIME ZONE,
  finished_at TIMESTAMP WITH TIME ZONE,
  shown_at TIMESTAMP WITH TIME ZONE,
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
  last_scan TIMESTAMP WITH TIME ZONE,
  waiting BIGINT NOT NULL,
  oldest TIMESTAMP WITH TIME ZONE,
  unaccounted BIGINT NOT NULL,
  trouble VARCHAR,
  PRIMARY KEY (name)
);
CREATE TABLE mark (
  ticket BIGINT NOT NULL,
  what VARCHAR NOT NULL,
  times BIGINT NOT NULL,
  due TIMESTAMP WITH TIME ZONE NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (ticket, what)
);
CREATE TABLE merged_draft (
  id BIGSERIAL NOT NULL,
  ticket BIGINT NOT NULL,
  text VARCHAR NOT NULL,
  files JSON NOT NULL,
  parts JSON NOT NULL,
  letters JSON NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_merged_draft_ticket ON merged_draft (ticket);
CREATE TABLE message (
  id BIGSERIAL NOT NULL,
  ticket BIGINT NOT NULL,
  direction VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  sender VARCHAR NOT NULL,
  "to" JSON NOT NULL,
  cc JSON NOT NULL,
  subject VARCHAR NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  text VARCHAR NOT NULL,
  new_text VARCHAR NOT NULL,
  public BOOLEAN NOT NULL,
  trust VARCHAR NOT NULL,
  mail BIGINT,
  letter BIGINT,
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
  person BIGINT NOT NULL,
  PRIMARY KEY (email)
);
CREATE INDEX ix_other_address_person ON other_address (person);
CREATE TABLE part (
  ticket BIGSERIAL NOT NULL,
  parent BIGINT NOT NULL,
  hidden BOOLEAN NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  released_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (ticket)
);
CREATE INDEX ix_part_parent ON part (parent);
CREATE TABLE participant (
  ticket BIGINT NOT NULL,
  role VARCHAR NOT NULL,
  who VARCHAR NOT NULL,
  proven BOOLEAN NOT NULL,
  PRIMARY KEY (ticket, role, who)
);
CREATE TABLE paused (
  mailbox VARCHAR NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  times BIGINT NOT NULL,
  why VARCHAR NOT NULL,
  PRIMARY KEY (mailbox)
);
CREATE TABLE person (
  id BIGSERIAL NOT NULL,
  email VARCHAR,
  name VARCHAR,
  phone VARCHAR,
  company VARCHAR,
  department VARCHAR,
  customer_group VARCHAR,
  internal BOOLEAN NOT NULL,
  language VARCHAR,
  failing_since TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (email)
);
CREATE TABLE picture_seen (
  sha256 VARCHAR NOT NULL,
  domain VARCHAR NOT NULL,
  ticket BIGINT NOT NULL,
  PRIMARY KEY (sha256, domain, ticket)
);
CREATE TABLE proof (
  id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  findings BIGINT NOT NULL,
  first VARCHAR,
  seal BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE reference (
  digest VARCHAR NOT NULL,
  ticket BIGINT NOT NULL,
  named BOOLEAN NOT NULL,
  mail BIGINT,
  PRIMARY KEY (digest, ticket, named)
);
CREATE TABLE seal (
  number BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  chains BIGINT NOT NULL,
  fold VARCHAR NOT NULL,
  previous VARCHAR NOT NULL,
  hash VARCHAR NOT NULL,
  PRIMARY KEY (number)
);
CREATE TABLE sealed (
  seal BIGINT NOT NULL,
  ticket BIGINT NOT NULL,
  events BIGINT NOT NULL,
  head VARCHAR NOT NULL,
  PRIMARY KEY (seal, ticket)
);
CREATE INDEX sealed_ticket ON sealed (ticket, events);
CREATE TABLE sent (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  mailbox VARCHAR NOT NULL,
  domain VARCHAR NOT NULL,
  template VARCHAR NOT NULL,
  ticket BIGINT,
  proven BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_sent_at ON sent (at);
CREATE INDEX ix_sent_mailbox ON sent (mailbox);
CREATE INDEX ix_sent_ticket ON sent (ticket);
CREATE TABLE shown (
  mail BIGINT NOT NULL,
  person VARCHAR NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  letter BIGINT NOT NULL,
  PRIMARY KEY (mail, person)
);
CREATE TABLE standstill (
  ticket BIGINT NOT NULL,
  begins TIMESTAMP WITH TIME ZONE NOT NULL,
  ends TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (ticket, begins)
);
CREATE TABLE statement (
  id BIGSERIAL NOT NULL,
  ticket BIGINT NOT NULL,
  "to" VARCHAR NOT NULL,
  agent VARCHAR,
  asked_by VARCHAR NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  by TIMESTAMP WITH TIME ZONE,
  with_original BOOLEAN NOT NULL,
  letter BIGINT NOT NULL,
  mail BIGINT,
  state VARCHAR NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  reminders JSON NOT NULL,
  look_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE INDEX ix_statement_letter ON statement (letter);
CREATE INDEX ix_statement_ticket ON statement (ticket);
CREATE INDEX statement_look_at ON statement (look_at) WHERE look_at IS NOT NULL AND state IN ('asked', 'overdue');
CREATE TABLE suppressed (
  id BIGSERIAL NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  mailbox VARCHAR NOT NULL,
  template VARCHAR NOT NULL,
  ticket BIGINT,
  reason VARCHAR NOT NULL,
  budget BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_suppressed_ticket ON suppressed (ticket);
CREATE TABLE ticket (
  number BIGSERIAL NOT NULL,
  old_number VARCHAR,
  subject VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  waiting_for VARCHAR,
  priority VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  source_address VARCHAR NOT NULL,
  reporter BIGINT NOT NULL,
  end_customer BIGINT,
  foreign_number VARCHAR,
  "group" VARCHAR,
  assignee VARCHAR,
  assigned_at TIMESTAMP WITH TIME ZONE,
  coordinator VARCHAR,
  coordinator_accepted_at TIMESTAMP WITH TIME ZONE,
  level BIGINT NOT NULL,
  visible BOOLEAN NOT NULL,
  parent BIGINT,
  language VARCHAR NOT NULL,
  tags JSON NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  accepted_at TIMESTAMP WITH TIME ZONE,
  first_response_at TIMESTAMP WITH TIME ZONE,
  resolved_at TIMESTAMP WITH TIME ZONE,
  closed_at TIMESTAMP WITH TIME ZONE,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  wanted_by TIMESTAMP WITH TIME ZONE,
  due_at TIMESTAMP WITH TIME ZONE,
  snoozed_until TIMESTAMP WITH TIME ZONE,
  waiting_until TIMESTAMP WITH TIME ZONE,
  due_set_at TIMESTAMP WITH TIME ZONE,
  yellow_at TIMESTAMP WITH TIME ZONE,
  red_at TIMESTAMP WITH TIME ZONE,
  response_due TIMESTAMP WITH TIME ZONE,
  solution_due TIMESTAMP WITH TIME ZONE,
  stands_since TIMESTAMP WITH TIME ZONE,
  response_minutes BIGINT,
  solution_minutes BIGINT,
  asked_at TIMESTAMP WITH TIME ZONE,
  closes_at TIMESTAMP WITH TIME ZONE,
  look_at TIMESTAMP WITH TIME ZONE,
  handling_minutes BIGINT NOT NULL,
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
  ticket BIGINT,
  role VARCHAR NOT NULL,
  person VARCHAR NOT NULL,
  "group" VARCHAR,
  letter BIGINT,
  kept BIGINT,
  template VARCHAR NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  revoked_at TIMESTAMP WITH TIME ZONE,
  spent_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (digest)
);
CREATE INDEX ix_token_ticket ON token (ticket);
CREATE TABLE trouble (
  kind VARCHAR NOT NULL,
  about VARCHAR NOT NULL,
  english VARCHAR NOT NULL,
  german VARCHAR NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  cleared_at TIMESTAMP WITH TIME ZONE,
  returns BIGINT NOT NULL,
  PRIMARY KEY (kind, about)
);
