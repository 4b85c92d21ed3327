import { ANSWERED_FRAMES_SCHEMA } from './answered-frames.ts';
import { OUTBOX_PARKED_SCHEMA } from './outbox.ts';

/** The tables of a queue's object, in the order in which they came to be (`applySchema`). */
export const QUEUE_SCHEMA = [
  `create table entries (
     escalation_id text not null, hop integer not null, state text not null, class integer not null, sort_at integer not null,
     seq integer not null, needs text not null, reservation_id text, agent_id text, wake_at integer, body text not null,
     primary key (escalation_id, hop)) strict`,
  // The order of service is this index: reading the head touches one row.
  "create index entries_by_rank on entries (class, sort_at, seq) where state = 'queued'",
  // One line per requirement: the head of each is one row too.
  "create index entries_by_line on entries (needs, class, sort_at, seq) where state = 'queued'",
  'create index entries_by_reservation on entries (reservation_id) where reservation_id is not null',
  'create index entries_by_holder on entries (agent_id, seq) where agent_id is not null',
  "create index entries_reserved on entries (wake_at, seq) where state = 'reserved'",
  'create index entries_by_wake on entries (wake_at, seq) where wake_at is not null',
  // max(seq) is the end of this index, not a scan.
  'create index entries_by_seq on entries (seq)',
  "create index entries_closed on entries (seq) where state = 'closed'",
  // How many wait in each line: counting rows would cost as much as there are.
  'create table lines (needs text primary key, waiting integer not null) strict, without rowid',
  'create table agents (id text primary key, body text not null, record text) strict, without rowid',
  'create table served (id integer primary key autoincrement, at integer not null, wait_ms integer not null, handle_ms integer not null) strict',
  'create table facts (key text primary key, value text not null) strict, without rowid',
  OUTBOX_PARKED_SCHEMA,
  // What this version cannot read: out of every line, kept for whoever can.
  `create table entries_parked (
     escalation_id text not null, hop integer not null, body text not null, reason text not null, primary key (escalation_id, hop)) strict`,
  // What each visitor was first told to expect, and what it came to; the estimate learns from these.
  `create table told (
     id integer primary key autoincrement, escalation_id text not null, hop integer not null, at integer not null,
     predicted_ms integer not null, wait_ms integer, unique (escalation_id, hop)) strict`,
  'create index told_answered on told (id) where wait_ms is not null',
  // Before a step that is not waited for when nobody is there: only these are looked at then, however many wait.
  'alter table entries add column skips integer not null default 0',
  'create index entries_skipping on entries (class, sort_at, seq) where skips = 1',
  ANSWERED_FRAMES_SCHEMA,
  // Minutes alone were remembered here.
  "delete from facts where key = 'adjusted'",
  // Of a closed queue those who came after the closing stand in lines of their own: however many there are, nobody looks through them.
  'alter table entries add column newcomer integer not null default 0',
  `update entries set newcomer = 1 where seq > (
     select case when json_valid(value) then json_extract(value, '$.lastSeq') end from facts where key = 'closure')`,
  'drop index entries_by_rank',
  'drop index entries_by_line',
  "create index entries_by_rank on entries (newcomer, class, sort_at, seq) where state = 'queued'",
  "create index entries_by_line on entries (newcomer, needs, class, sort_at, seq) where state = 'queued'",
  'create index told_open on told (escalation_id, hop) where wait_ms is null',
  // Whether somebody is there is asked for each line: whoever cannot take its work is nobody.
  'drop index entries_skipping',
  'create index entries_skipping on entries (needs, class, sort_at, seq) where skips = 1',
];
