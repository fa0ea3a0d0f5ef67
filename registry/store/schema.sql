CREATE TABLE public.accounts (
    registrar text NOT NULL,
    balance bigint DEFAULT 0 NOT NULL,
    credit_limit bigint DEFAULT 0 NOT NULL,
    low_balance bigint DEFAULT 0 NOT NULL,
    currency text NOT NULL,
    forced boolean DEFAULT false NOT NULL,
    CONSTRAINT accounts_credit_limit_check CHECK ((credit_limit >= 0)),
    CONSTRAINT accounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT accounts_funds CHECK ((forced OR ((balance + credit_limit) >= 0)))
);

CREATE TABLE public.allocation_tokens (
    id bigint NOT NULL,
    hash bytea NOT NULL,
    names text[] NOT NULL,
    registrar text DEFAULT ''::text NOT NULL,
    commands text[] NOT NULL,
    not_before timestamp with time zone,
    not_after timestamp with time zone,
    uses integer NOT NULL,
    uses_left integer NOT NULL,
    discount integer DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    CONSTRAINT allocation_tokens_commands_check CHECK ((cardinality(commands) > 0)),
    CONSTRAINT allocation_tokens_discount_check CHECK (((discount >= 0) AND (discount <= 100))),
    CONSTRAINT allocation_tokens_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT allocation_tokens_names_check CHECK ((cardinality(names) > 0)),
    CONSTRAINT allocation_tokens_uses CHECK (((uses_left >= 0) AND (uses_left <= uses))),
    CONSTRAINT allocation_tokens_uses_check CHECK ((uses > 0)),
    CONSTRAINT allocation_tokens_version_check CHECK ((version > 0))
);

CREATE TABLE public.answers (
    digest bytea NOT NULL,
    registrar text NOT NULL,
    at timestamp with time zone NOT NULL,
    code smallint NOT NULL,
    svtrid text NOT NULL,
    answer bytea NOT NULL,
    balance text DEFAULT ''::text NOT NULL,
    credit_limit text DEFAULT ''::text NOT NULL,
    CONSTRAINT answers_answer_check CHECK ((answer <> '\x'::bytea)),
    CONSTRAINT answers_code_check CHECK (((code >= 1000) AND (code <= 1999))),
    CONSTRAINT answers_digest_check CHECK ((length(digest) = 32))
);

CREATE TABLE public.api_tokens (
    hash bytea NOT NULL,
    account text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT api_tokens_hash_check CHECK ((length(hash) = 32))
);

CREATE TABLE public.application_names (
    application_id bigint NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.applications (
    id bigint NOT NULL,
    policy text NOT NULL,
    policy_version integer NOT NULL,
    target text NOT NULL,
    registrant text NOT NULL,
    registrant_country text DEFAULT ''::text NOT NULL,
    registrar text DEFAULT ''::text NOT NULL,
    agent text DEFAULT ''::text NOT NULL,
    sponsor text NOT NULL,
    source text NOT NULL,
    credential jsonb,
    cred_hash text DEFAULT ''::text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    stage integer DEFAULT 0 NOT NULL,
    reviews jsonb DEFAULT '[]'::jsonb NOT NULL,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    cltrid text DEFAULT ''::text NOT NULL,
    svtrid text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decide_by timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by text DEFAULT ''::text NOT NULL,
    try_at timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT applications_check CHECK (((state = 'held'::text) = (decided_at IS NULL))),
    CONSTRAINT applications_check1 CHECK (((state = 'held'::text) OR (credential IS NULL))),
    CONSTRAINT applications_source_check CHECK ((source = ANY (ARRAY['registrar'::text, 'verifier'::text]))),
    CONSTRAINT applications_state_check CHECK ((state = ANY (ARRAY['held'::text, 'approved'::text, 'denied'::text]))),
    CONSTRAINT applications_target_check CHECK ((target = lower(target))),
    CONSTRAINT applications_version_check CHECK ((version > 0))
);

CREATE TABLE public.auth_failures (
    object_id bigint NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT auth_failures_failures_check CHECK ((failures > 0))
);

CREATE TABLE public.contacts (
    id bigint NOT NULL,
    handle text NOT NULL,
    registrar text NOT NULL,
    kind text NOT NULL,
    real_id bigint,
    postal jsonb NOT NULL,
    voice jsonb NOT NULL,
    fax jsonb NOT NULL,
    email text NOT NULL,
    secondary_email text DEFAULT ''::text NOT NULL,
    emergency jsonb NOT NULL,
    identifier text DEFAULT ''::text NOT NULL,
    disclose jsonb,
    statuses text[] DEFAULT '{}'::text[] NOT NULL,
    status_texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    auth_salt bytea,
    auth_hash bytea,
    auth_set_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone,
    updated_by text DEFAULT ''::text NOT NULL,
    transferred_at timestamp with time zone,
    version integer NOT NULL,
    transfer jsonb,
    due_at timestamp with time zone,
    addl_email jsonb,
    CONSTRAINT contacts_check CHECK (((real_id IS NULL) OR ((kind = 'proxy'::text) AND (real_id <> id)))),
    CONSTRAINT contacts_check1 CHECK (((kind = 'real'::text) OR ((secondary_email = ''::text) AND (identifier = ''::text) AND (emergency = '{}'::jsonb)))),
    CONSTRAINT contacts_check2 CHECK (((auth_hash IS NULL) = (auth_salt IS NULL))),
    CONSTRAINT contacts_email_check CHECK ((email <> ''::text)),
    CONSTRAINT contacts_handle_check CHECK (((length(handle) >= 3) AND (length(handle) <= 16))),
    CONSTRAINT contacts_kind_check CHECK ((kind = ANY (ARRAY['real'::text, 'proxy'::text]))),
    CONSTRAINT contacts_version_check CHECK ((version > 0))
);

CREATE TABLE public.dirty_names (
    id bigint NOT NULL,
    zone_id bigint NOT NULL,
    name text NOT NULL,
    queued_at timestamp with time zone NOT NULL
);

ALTER TABLE public.dirty_names ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dirty_names_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.domain_contacts (
    domain_id bigint NOT NULL,
    type text NOT NULL,
    contact_id bigint NOT NULL,
    CONSTRAINT domain_contacts_type_check CHECK ((type = ANY (ARRAY['admin'::text, 'billing'::text, 'tech'::text])))
);

CREATE TABLE public.domain_hosts (
    domain_id bigint NOT NULL,
    host_id bigint NOT NULL
);

CREATE TABLE public.domains (
    id bigint NOT NULL,
    name text NOT NULL,
    zone_id bigint NOT NULL,
    registrar text NOT NULL,
    registrant bigint,
    statuses text[] DEFAULT '{}'::text[] NOT NULL,
    status_texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    auth_salt bytea,
    auth_hash bytea,
    auth_set_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone,
    updated_by text DEFAULT ''::text NOT NULL,
    transferred_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    graces jsonb DEFAULT '[]'::jsonb NOT NULL,
    redeem_until timestamp with time zone,
    purge_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    transfer jsonb,
    restore_due timestamp with time zone,
    refunded bigint DEFAULT 0 NOT NULL,
    final boolean DEFAULT false NOT NULL,
    report_until timestamp with time zone,
    class text DEFAULT ''::text NOT NULL,
    idn_table text DEFAULT ''::text NOT NULL,
    variant_key text DEFAULT ''::text NOT NULL,
    secure jsonb,
    host_attrs jsonb,
    ttls jsonb,
    launch jsonb,
    variant_holder text,
    CONSTRAINT domains_check CHECK ((expires_at > created_at)),
    CONSTRAINT domains_check1 CHECK (((redeem_until IS NULL) OR (purge_at IS NOT NULL))),
    CONSTRAINT domains_check2 CHECK (((auth_hash IS NULL) = (auth_salt IS NULL))),
    CONSTRAINT domains_final_check CHECK (((NOT final) OR ((purge_at IS NOT NULL) AND (redeem_until IS NULL)))),
    CONSTRAINT domains_name_check CHECK ((name = lower(name))),
    CONSTRAINT domains_purge_check CHECK (((purge_at >= redeem_until) AND (purge_at >= restore_due))),
    CONSTRAINT domains_refund_check CHECK (((refunded = 0) OR (purge_at IS NOT NULL))),
    CONSTRAINT domains_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT domains_restore_check CHECK (((restore_due IS NULL) OR (redeem_until IS NOT NULL))),
    CONSTRAINT domains_version_check CHECK ((version > 0))
);

CREATE TABLE public.expiry_notices (
    zone_id bigint NOT NULL,
    ahead bigint NOT NULL,
    told timestamp with time zone NOT NULL,
    told_id bigint NOT NULL,
    CONSTRAINT expiry_notices_ahead_check CHECK ((ahead > 0))
);

CREATE TABLE public.history (
    object_id bigint NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    channel text NOT NULL,
    cltrid text NOT NULL,
    svtrid text NOT NULL,
    state jsonb NOT NULL,
    CONSTRAINT history_kind_check CHECK ((kind = ANY (ARRAY['domain'::text, 'host'::text, 'contact'::text, 'registrar'::text, 'zone'::text, 'policy'::text, 'application'::text, 'whitelist'::text, 'token'::text, 'maintenance'::text]))),
    CONSTRAINT history_version_check CHECK ((version > 0))
);

CREATE TABLE public.hosts (
    id bigint NOT NULL,
    name text NOT NULL,
    registrar text NOT NULL,
    superordinate_id bigint,
    addrs inet[] DEFAULT '{}'::inet[] NOT NULL,
    statuses text[] DEFAULT '{}'::text[] NOT NULL,
    status_texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone,
    updated_by text DEFAULT ''::text NOT NULL,
    transferred_at timestamp with time zone,
    version integer NOT NULL,
    ttls jsonb,
    CONSTRAINT hosts_check CHECK (((superordinate_id IS NOT NULL) OR (addrs = '{}'::inet[]))),
    CONSTRAINT hosts_name_check CHECK ((name = lower(name))),
    CONSTRAINT hosts_version_check CHECK ((version > 0))
);

CREATE TABLE public.launch_marks (
    domain_id bigint NOT NULL,
    marks text[] NOT NULL
);

CREATE TABLE public.ledger (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    object text NOT NULL,
    svtrid text NOT NULL,
    CONSTRAINT ledger_amount_check CHECK ((amount > 0)),
    CONSTRAINT ledger_check CHECK ((debit <> credit))
);

ALTER TABLE public.ledger ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ledger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.login_failures (
    registrar text NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT login_failures_failures_check CHECK ((failures > 0))
);

CREATE TABLE public.mails (
    id bigint NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    try_at timestamp with time zone NOT NULL,
    tries integer DEFAULT 0 NOT NULL
);

ALTER TABLE public.mails ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mails_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.maintenances (
    id bigint NOT NULL,
    notice jsonb NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    version integer NOT NULL,
    CONSTRAINT maintenances_check CHECK ((end_at > start_at)),
    CONSTRAINT maintenances_check1 CHECK ((due_at > settled_at)),
    CONSTRAINT maintenances_check2 CHECK (((cancelled_at IS NULL) OR (due_at IS NULL))),
    CONSTRAINT maintenances_version_check CHECK ((version > 0))
);

CREATE SEQUENCE public.object_id
    START WITH 1
    INCREMENT BY 100
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.policies (
    name text NOT NULL,
    id bigint NOT NULL,
    account text NOT NULL,
    zone text NOT NULL,
    granted jsonb,
    proposed jsonb,
    procedure text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    granted_at timestamp with time zone,
    granted_version integer DEFAULT 0 NOT NULL,
    prune_at timestamp with time zone,
    pruned_at timestamp with time zone,
    prune_until timestamp with time zone,
    version integer NOT NULL,
    CONSTRAINT policies_check CHECK (((state = 'granted'::text) = (granted IS NOT NULL))),
    CONSTRAINT policies_check1 CHECK (((granted IS NOT NULL) OR (proposed IS NOT NULL))),
    CONSTRAINT policies_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'granted'::text, 'refused'::text, 'withdrawn'::text]))),
    CONSTRAINT policies_version_check CHECK ((version > 0))
);

CREATE TABLE public.poll_messages (
    id bigint NOT NULL,
    registrar text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    text text NOT NULL,
    pending jsonb,
    data jsonb
);

ALTER TABLE public.poll_messages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.poll_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.process_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.processes (
    id bigint NOT NULL,
    signs bigint NOT NULL
);

CREATE TABLE public.registrar_certs (
    fingerprint text NOT NULL,
    registrar text NOT NULL,
    subject text NOT NULL,
    not_after timestamp with time zone NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT registrar_certs_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.registrars (
    handle text NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    iana integer DEFAULT 0 NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    rdap_base text DEFAULT ''::text NOT NULL,
    password text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    kind text DEFAULT 'registrar'::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    password_set_at timestamp with time zone NOT NULL,
    passwords integer DEFAULT 1 NOT NULL,
    old_passwords text[] DEFAULT '{}'::text[] NOT NULL,
    networks cidr[] DEFAULT '{}'::cidr[] NOT NULL,
    data_model text DEFAULT 'maximum'::text NOT NULL,
    CONSTRAINT registrars_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT registrars_data_model_check CHECK ((data_model = ANY (ARRAY['maximum'::text, 'minimum'::text]))),
    CONSTRAINT registrars_handle_check CHECK (((length(handle) >= 3) AND (length(handle) <= 16))),
    CONSTRAINT registrars_kind_check CHECK ((kind = ANY (ARRAY['registrar'::text, 'verifier'::text]))),
    CONSTRAINT registrars_passwords_check CHECK ((passwords > 0)),
    CONSTRAINT registrars_version_check CHECK ((version > 0))
);

CREATE TABLE public.variant_sets (
    zone_id bigint NOT NULL,
    variant_key text NOT NULL,
    holder text NOT NULL,
    CONSTRAINT variant_sets_holder_check CHECK ((holder <> ''::text)),
    CONSTRAINT variant_sets_variant_key_check CHECK ((variant_key <> ''::text))
);

CREATE TABLE public.whitelist_names (
    name text NOT NULL,
    id bigint NOT NULL,
    zone_id bigint NOT NULL,
    policy text NOT NULL,
    target text NOT NULL,
    registrant text DEFAULT ''::text NOT NULL,
    agent text DEFAULT ''::text NOT NULL,
    registrar text DEFAULT ''::text NOT NULL,
    sponsor text NOT NULL,
    cred_hash text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    expires_at timestamp with time zone,
    version integer NOT NULL,
    CONSTRAINT whitelist_names_check CHECK (((state = 'published'::text) = (published_at IS NOT NULL))),
    CONSTRAINT whitelist_names_check1 CHECK (((published_at IS NULL) = (expires_at IS NULL))),
    CONSTRAINT whitelist_names_check2 CHECK (((registrant <> ''::text) OR (agent <> ''::text))),
    CONSTRAINT whitelist_names_name_check CHECK ((name = lower(name))),
    CONSTRAINT whitelist_names_state_check CHECK ((state = ANY (ARRAY['held'::text, 'published'::text]))),
    CONSTRAINT whitelist_names_target_check CHECK ((target = lower(target))),
    CONSTRAINT whitelist_names_version_check CHECK ((version > 0))
);

CREATE TABLE public.zone_data (
    zone_id bigint NOT NULL,
    name text NOT NULL,
    records jsonb NOT NULL,
    CONSTRAINT zone_data_name_check CHECK ((name = lower(name)))
);

CREATE TABLE public.zone_journal (
    zone_id bigint NOT NULL,
    serial bigint NOT NULL,
    names text[] NOT NULL
);

CREATE TABLE public.zone_labels (
    zone_id bigint NOT NULL,
    label text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    reserved text DEFAULT ''::text NOT NULL,
    CONSTRAINT zone_labels_check CHECK (((class <> ''::text) OR (reserved <> ''::text))),
    CONSTRAINT zone_labels_label_check CHECK ((((length(label) >= 1) AND (length(label) <= 63)) AND (label = lower(label))))
);

CREATE TABLE public.zones (
    id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    settings jsonb NOT NULL,
    config_version bigint NOT NULL,
    serial bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT zones_config_version_check CHECK ((config_version > 0)),
    CONSTRAINT zones_kind_check CHECK ((kind = ANY (ARRAY['target'::text, 'whitelist'::text]))),
    CONSTRAINT zones_serial_check CHECK ((serial > 0))
);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (registrar);

ALTER TABLE ONLY public.allocation_tokens
    ADD CONSTRAINT allocation_tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.allocation_tokens
    ADD CONSTRAINT allocation_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.application_names
    ADD CONSTRAINT application_names_pkey PRIMARY KEY (application_id, name);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_failures
    ADD CONSTRAINT auth_failures_pkey PRIMARY KEY (object_id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_handle_key UNIQUE (handle);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dirty_names
    ADD CONSTRAINT dirty_names_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.domain_contacts
    ADD CONSTRAINT domain_contacts_pkey PRIMARY KEY (domain_id, type, contact_id);

ALTER TABLE ONLY public.domain_hosts
    ADD CONSTRAINT domain_hosts_pkey PRIMARY KEY (domain_id, host_id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_name_key UNIQUE (name);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.expiry_notices
    ADD CONSTRAINT expiry_notices_pkey PRIMARY KEY (zone_id, ahead);

ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (object_id, version);

ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_name_key UNIQUE (name);

ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.launch_marks
    ADD CONSTRAINT launch_marks_pkey PRIMARY KEY (domain_id);

ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.login_failures
    ADD CONSTRAINT login_failures_pkey PRIMARY KEY (registrar);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.maintenances
    ADD CONSTRAINT maintenances_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_id_key UNIQUE (id);

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.poll_messages
    ADD CONSTRAINT poll_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.processes
    ADD CONSTRAINT processes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registrar_certs
    ADD CONSTRAINT registrar_certs_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY public.registrars
    ADD CONSTRAINT registrars_id_key UNIQUE (id);

ALTER TABLE ONLY public.registrars
    ADD CONSTRAINT registrars_pkey PRIMARY KEY (handle);

ALTER TABLE ONLY public.variant_sets
    ADD CONSTRAINT variant_sets_holder_key UNIQUE (zone_id, variant_key, holder);

ALTER TABLE ONLY public.variant_sets
    ADD CONSTRAINT variant_sets_pkey PRIMARY KEY (zone_id, variant_key);

ALTER TABLE ONLY public.whitelist_names
    ADD CONSTRAINT whitelist_names_id_key UNIQUE (id);

ALTER TABLE ONLY public.whitelist_names
    ADD CONSTRAINT whitelist_names_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.zone_data
    ADD CONSTRAINT zone_data_pkey PRIMARY KEY (zone_id, name);

ALTER TABLE ONLY public.zone_journal
    ADD CONSTRAINT zone_journal_pkey PRIMARY KEY (zone_id, serial);

ALTER TABLE ONLY public.zone_labels
    ADD CONSTRAINT zone_labels_pkey PRIMARY KEY (zone_id, label);

ALTER TABLE ONLY public.zones
    ADD CONSTRAINT zones_name_key UNIQUE (name);

ALTER TABLE ONLY public.zones
    ADD CONSTRAINT zones_pkey PRIMARY KEY (id);

CREATE INDEX answers_at ON public.answers USING btree (at);

CREATE INDEX api_tokens_account ON public.api_tokens USING btree (account);

CREATE INDEX application_names_name ON public.application_names USING btree (name);

CREATE INDEX applications_held ON public.applications USING btree (decide_by) WHERE (state = 'held'::text);

CREATE INDEX applications_place ON public.applications USING btree (policy, stage, try_at) WHERE ((state = 'held'::text) AND (try_at IS NOT NULL));

CREATE INDEX applications_policy ON public.applications USING btree (policy, id);

CREATE INDEX applications_sponsor ON public.applications USING btree (sponsor) WHERE (state = 'held'::text);

CREATE INDEX applications_target ON public.applications USING btree (target);

CREATE INDEX applications_try ON public.applications USING btree (try_at) WHERE ((state = 'held'::text) AND (try_at IS NOT NULL));

CREATE INDEX auth_failures_since ON public.auth_failures USING btree (since);

CREATE INDEX contacts_due ON public.contacts USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX contacts_real ON public.contacts USING btree (real_id) WHERE (real_id IS NOT NULL);

CREATE INDEX dirty_names_zone ON public.dirty_names USING btree (zone_id, id);

CREATE INDEX domain_contacts_contact ON public.domain_contacts USING btree (contact_id);

CREATE INDEX domain_hosts_host ON public.domain_hosts USING btree (host_id);

CREATE INDEX domains_due ON public.domains USING btree (due_at);

CREATE INDEX domains_moving ON public.domains USING btree (expires_at) WHERE ((purge_at IS NULL) AND (due_at < expires_at));

CREATE INDEX domains_registrant ON public.domains USING btree (registrant);

CREATE INDEX domains_variants ON public.domains USING btree (zone_id, variant_key) WHERE (variant_key <> ''::text);

CREATE INDEX domains_zone ON public.domains USING btree (zone_id);

CREATE INDEX history_name ON public.history USING btree (name, at);

CREATE INDEX hosts_superordinate ON public.hosts USING btree (superordinate_id) WHERE (superordinate_id IS NOT NULL);

CREATE INDEX ledger_credit ON public.ledger USING btree (credit, id);

CREATE INDEX ledger_debit ON public.ledger USING btree (debit, id);

CREATE INDEX mails_try ON public.mails USING btree (try_at);

CREATE INDEX maintenances_due ON public.maintenances USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX maintenances_open ON public.maintenances USING btree (end_at) WHERE (cancelled_at IS NULL);

CREATE INDEX poll_messages_registrar ON public.poll_messages USING btree (registrar, id);

CREATE INDEX registrar_certs_registrar ON public.registrar_certs USING btree (registrar);

CREATE UNIQUE INDEX registrars_iana_key ON public.registrars USING btree (iana) WHERE (iana > 0);

CREATE UNIQUE INDEX registrars_name_key ON public.registrars USING btree (lower(replace(name, ' '::text, '_'::text))) WHERE ((kind = 'registrar'::text) AND (name <> ''::text));

CREATE INDEX whitelist_names_expiry ON public.whitelist_names USING btree (policy, expires_at) WHERE (state = 'published'::text);

CREATE INDEX whitelist_names_policy ON public.whitelist_names USING btree (policy, state);

CREATE INDEX whitelist_names_target ON public.whitelist_names USING btree (target);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_registrar_fkey FOREIGN KEY (registrar) REFERENCES public.registrars(handle);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_account_fkey FOREIGN KEY (account) REFERENCES public.registrars(handle);

ALTER TABLE ONLY public.application_names
    ADD CONSTRAINT application_names_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.applications(id);

ALTER TABLE ONLY public.application_names
    ADD CONSTRAINT application_names_name_fkey FOREIGN KEY (name) REFERENCES public.whitelist_names(name);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_real_fkey FOREIGN KEY (real_id) REFERENCES public.contacts(id);

ALTER TABLE ONLY public.domain_contacts
    ADD CONSTRAINT domain_contacts_contact_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id);

ALTER TABLE ONLY public.domain_contacts
    ADD CONSTRAINT domain_contacts_domain_fkey FOREIGN KEY (domain_id) REFERENCES public.domains(id);

ALTER TABLE ONLY public.domain_hosts
    ADD CONSTRAINT domain_hosts_domain_fkey FOREIGN KEY (domain_id) REFERENCES public.domains(id);

ALTER TABLE ONLY public.domain_hosts
    ADD CONSTRAINT domain_hosts_host_fkey FOREIGN KEY (host_id) REFERENCES public.hosts(id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_registrant_fkey FOREIGN KEY (registrant) REFERENCES public.contacts(id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_variant_fkey FOREIGN KEY (zone_id, variant_key, variant_holder) REFERENCES public.variant_sets(zone_id, variant_key, holder) ON UPDATE CASCADE;

ALTER TABLE ONLY public.expiry_notices
    ADD CONSTRAINT expiry_notices_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zones(id);

ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_superordinate_fkey FOREIGN KEY (superordinate_id) REFERENCES public.domains(id);

ALTER TABLE ONLY public.launch_marks
    ADD CONSTRAINT launch_marks_domain_fkey FOREIGN KEY (domain_id) REFERENCES public.domains(id);

ALTER TABLE ONLY public.registrar_certs
    ADD CONSTRAINT registrar_certs_registrar_fkey FOREIGN KEY (registrar) REFERENCES public.registrars(handle);

ALTER TABLE ONLY public.variant_sets
    ADD CONSTRAINT variant_sets_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zones(id);

ALTER TABLE ONLY public.zone_labels
    ADD CONSTRAINT zone_labels_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zones(id);
