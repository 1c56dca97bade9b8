-- Revision 0002, as the migrations make it; see scripts/sqlite_schema.py.
begin;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE app_sessions (
	session_id TEXT NOT NULL, 
	app_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	minted_session_id TEXT, 
	minted_seat TEXT, 
	crm_session_id TEXT, 
	PRIMARY KEY (session_id, app_id)
)
 WITHOUT ROWID;
CREATE TABLE associations (
	association_id TEXT NOT NULL, 
	crt_object_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	session_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	seat TEXT NOT NULL, 
	association_type TEXT NOT NULL, 
	leg_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	muted BOOLEAN NOT NULL, 
	ringing_at BIGINT, 
	connected_at BIGINT, 
	ended_at BIGINT, 
	wrap_ends_at BIGINT, 
	disposed_at BIGINT, 
	reason TEXT, 
	disposition TEXT, 
	transferred_from TEXT, 
	held_leg_id TEXT, worked_in TEXT, 
	PRIMARY KEY (association_id)
);
CREATE INDEX associations_of_call ON associations (crt_object_id);
CREATE INDEX associations_of_session ON associations (session_id, created_at);
CREATE INDEX associations_open ON associations (session_id) WHERE state <> 'disposed';
CREATE TABLE callbacks (
	callback_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	campaign_id BIGINT NOT NULL, 
	user_id TEXT, 
	phone TEXT NOT NULL, 
	customer_id BIGINT NOT NULL, 
	due_at BIGINT, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	promised_in TEXT, 
	crt_object_id TEXT, 
	notes TEXT NOT NULL, 
	PRIMARY KEY (callback_id)
);
CREATE INDEX callbacks_by_state ON callbacks (contact_center_id, state, due_at);
CREATE TABLE calls (
	crt_object_id TEXT NOT NULL, 
	interaction_id TEXT NOT NULL, 
	call_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	process_id BIGINT NOT NULL, 
	campaign_id BIGINT NOT NULL, 
	call_type TEXT NOT NULL, 
	direction TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	call_state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	customer_leg_id TEXT NOT NULL, 
	queue_id BIGINT, 
	queue_name TEXT, 
	dst_phone TEXT NOT NULL, 
	src_phone TEXT NOT NULL, 
	customer_id BIGINT NOT NULL, 
	customer_info TEXT NOT NULL, 
	additional_params TEXT, 
	request_id TEXT, 
	system_disposition TEXT, 
	hangup_cause INTEGER, 
	queued_at BIGINT, 
	ringing_at BIGINT, 
	connected_at BIGINT, 
	ended_at BIGINT, 
	disposed_at BIGINT, 
	PRIMARY KEY (crt_object_id), 
	UNIQUE (call_id), 
	UNIQUE (interaction_id)
);
CREATE INDEX calls_open ON calls (contact_center_id, call_state, queued_at) WHERE call_state <> 'ended';
CREATE INDEX calls_recent ON calls (contact_center_id, created_at);
CREATE TABLE configurations (
	version INTEGER NOT NULL, 
	saved_at BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (version)
);
CREATE TABLE customer_searchables (
	contact_center_id BIGINT NOT NULL, 
	process_id BIGINT NOT NULL, 
	value TEXT NOT NULL, 
	customer_id BIGINT NOT NULL, 
	PRIMARY KEY (process_id, value, customer_id)
);
CREATE TABLE customers (
	customer_id BIGINT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	process_id BIGINT NOT NULL, 
	columns TEXT NOT NULL, 
	touched_at BIGINT NOT NULL, 
	PRIMARY KEY (process_id, customer_id)
);
CREATE TABLE deliveries (
	delivery_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	app_id TEXT NOT NULL, 
	crt_object_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	carried TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	pending_since BIGINT NOT NULL, 
	tries INTEGER NOT NULL, 
	last_try_at BIGINT, 
	last_status INTEGER, 
	last_answer TEXT NOT NULL, 
	ended_at BIGINT, 
	PRIMARY KEY (delivery_id)
);
CREATE INDEX deliveries_due ON deliveries (app_id, due) WHERE state = 'pending';
CREATE UNIQUE INDEX deliveries_of_call ON deliveries (crt_object_id, app_id, position);
CREATE INDEX deliveries_recent ON deliveries (contact_center_id, created_at);
CREATE TABLE facts (
	fact_id INTEGER NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	crt_object_id TEXT, 
	at BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	heard BOOLEAN NOT NULL, 
	PRIMARY KEY (fact_id)
);
CREATE INDEX facts_of_call ON facts (crt_object_id, fact_id);
CREATE INDEX facts_of_contact_center ON facts (contact_center_id, fact_id);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	epoch BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE legs (
	leg_id TEXT NOT NULL, 
	crt_object_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	address TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	ringing_at BIGINT, 
	answered_at BIGINT, 
	ended_at BIGINT, 
	sip INTEGER, 
	q850 INTEGER, 
	invitation TEXT, 
	invited_by TEXT, 
	joined_at BIGINT, 
	PRIMARY KEY (leg_id)
);
CREATE INDEX legs_of_call ON legs (crt_object_id);
CREATE TABLE line_health (
	line TEXT NOT NULL, 
	up BOOLEAN NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY (line)
);
CREATE TABLE line_rows (
	row_id INTEGER NOT NULL, 
	crt_object_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	body TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	after_leg TEXT, 
	not_before BIGINT NOT NULL, 
	deadline BIGINT NOT NULL, 
	PRIMARY KEY (row_id)
);
CREATE INDEX line_rows_of_call ON line_rows (crt_object_id);
CREATE INDEX line_rows_open ON line_rows (row_id) WHERE state in ('pending', 'attempted');
CREATE TABLE node_starts (
	node INTEGER NOT NULL, 
	start_second BIGINT NOT NULL, 
	PRIMARY KEY (node, start_second)
);
CREATE TABLE note_drafts (
	crt_object_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	notes TEXT NOT NULL, 
	saved_at BIGINT NOT NULL, 
	PRIMARY KEY (crt_object_id, user_id)
)
 WITHOUT ROWID;
CREATE INDEX note_drafts_age ON note_drafts (saved_at);
CREATE TABLE pops (
	subject TEXT NOT NULL, 
	app_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	session_id TEXT NOT NULL, 
	crt_object_id TEXT, 
	point TEXT NOT NULL, 
	moment TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	app_name TEXT NOT NULL, 
	app_revision INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	decided_at BIGINT NOT NULL, 
	url TEXT NOT NULL, 
	options TEXT, 
	carried TEXT, 
	instance_id TEXT, 
	popped_at BIGINT, 
	times_asked INTEGER NOT NULL, 
	asked_at BIGINT, 
	loaded_at BIGINT, 
	hello_at BIGINT, 
	PRIMARY KEY (subject, app_id)
)
 WITHOUT ROWID;
CREATE INDEX pops_instance ON pops (session_id, instance_id);
CREATE INDEX pops_of_call ON pops (crt_object_id) WHERE crt_object_id is not null;
CREATE TABLE replies (
	session_id TEXT NOT NULL, 
	key_space TEXT NOT NULL, 
	request_id TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	form TEXT NOT NULL, 
	result TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (session_id, key_space, request_id)
)
 WITHOUT ROWID;
CREATE INDEX replies_age ON replies (created_at);
CREATE TABLE seats (
	seat TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	session_id TEXT NOT NULL, 
	present BOOLEAN NOT NULL, 
	PRIMARY KEY (seat)
);
CREATE INDEX seats_of_session ON seats (session_id);
CREATE TABLE secrets (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE sessions (
	session_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	process_id BIGINT NOT NULL, 
	user_id TEXT NOT NULL, 
	user_name TEXT NOT NULL, 
	user_type TEXT NOT NULL, 
	campaign_ids TEXT NOT NULL, 
	selected_campaign_id BIGINT, 
	extension TEXT NOT NULL, 
	seat TEXT NOT NULL, 
	presence TEXT NOT NULL, 
	break_reason TEXT, 
	presence_since BIGINT NOT NULL, 
	auto_call BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	state_since BIGINT NOT NULL, 
	idle_since BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	kept_alive BOOLEAN NOT NULL, 
	ended_at BIGINT, 
	end_reason TEXT, 
	PRIMARY KEY (session_id)
);
CREATE UNIQUE INDEX sessions_live ON sessions (user_id) WHERE ended_at is null;
CREATE INDEX sessions_ready ON sessions (contact_center_id, idle_since) WHERE state = 'ready';
CREATE TABLE sign_offs (
	sign_off_id INTEGER NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	app_id TEXT NOT NULL, 
	crm_session_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (sign_off_id)
);
CREATE TABLE sign_on_notices (
	session_id TEXT NOT NULL, 
	app_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	sentence TEXT NOT NULL, 
	PRIMARY KEY (session_id, app_id)
)
 WITHOUT ROWID;
CREATE TABLE stream_events (
	stream TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	fact_id BIGINT NOT NULL, 
	PRIMARY KEY (stream, seq)
)
 WITHOUT ROWID;
CREATE TABLE streams (
	stream TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	last_seq BIGINT NOT NULL, 
	PRIMARY KEY (stream)
);
CREATE TABLE timers (
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	due BIGINT NOT NULL, 
	PRIMARY KEY (kind, subject)
)
 WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);
CREATE TABLE session_ids (
	any_id TEXT NOT NULL, 
	contact_center_id BIGINT NOT NULL, 
	session_id TEXT NOT NULL, 
	app_id TEXT, 
	PRIMARY KEY (any_id), 
	FOREIGN KEY(session_id) REFERENCES sessions (session_id)
);
CREATE INDEX legs_live ON legs (leg_id) WHERE state <> 'ended';
insert into alembic_version values ('0002');
commit;
