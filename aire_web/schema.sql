-- migrations: c68f8bec5405db3442bd789c70dea4a460cff0fd94c879dcd96c6dfec5e97f3c
-- Made by `make schema`; not to be edited.
CREATE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$;
CREATE FUNCTION public.alerts_facts_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('aire.facts_told', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM set_config('aire.facts_told', pg_current_xact_id()::text, true);
    INSERT INTO alerts_factsversion (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.pgtrigger_append_only_0ace5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_21e52() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_51d40() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_6682b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_6b392() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_74d81() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_7b202() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_7ce1e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_997e6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_adc7f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_da25d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_db50b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_e6c89() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_f0350() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_kept_b5597() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_kept_da77a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_lifecycle_2cbef() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                DECLARE _is_valid_transition BOOLEAN;
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    SELECT CONCAT(OLD."status", ':', NEW."status") = ANY('{planning:ready,planning:waiting,ready:waiting,planning:running,ready:running,waiting:running,held:running,waiting:refused,waiting:expired,running:verifying,running:succeeded,verifying:succeeded,held:succeeded,running:held,verifying:held,undoing:held,held:undoing,verifying:undoing,succeeded:undoing,stopped:undoing,undoing:undone,planning:stopped,ready:stopped,waiting:stopped,running:stopped,held:stopped,verifying:stopped}'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION 'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_lifecycle_9376e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                DECLARE _is_valid_transition BOOLEAN;
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    SELECT CONCAT(OLD."status", ':', NEW."status") = ANY('{open:in_progress,open:done,in_progress:done,open:wont_do,in_progress:wont_do,in_progress:open,done:in_progress,wont_do:in_progress}'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION 'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_lifecycle_964f5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                DECLARE _is_valid_transition BOOLEAN;
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    SELECT CONCAT(OLD."status", ':', NEW."status") = ANY('{open:acknowledged,open:mitigated,acknowledged:mitigated,open:resolved,acknowledged:resolved,mitigated:resolved,resolved:closed,mitigated:acknowledged,resolved:acknowledged,open:cancelled,acknowledged:cancelled,mitigated:cancelled,acknowledged:open}'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION 'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_lifecycle_af503() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                DECLARE _is_valid_transition BOOLEAN;
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    SELECT CONCAT(OLD."status", ':', NEW."status") = ANY('{draft:in_review,changes_requested:in_review,in_review:approved,approved:published,in_review:changes_requested,in_review:draft,changes_requested:draft,approved:draft}'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION 'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_locked_when_published_d8a39() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
                    IF EXISTS (SELECT 1 FROM postmortems_postmortem p
                                WHERE p.id = NEW.postmortem_id AND p.status = 'published') THEN
                        RAISE EXCEPTION 'postmortem % is published and locked', NEW.postmortem_id;
                    END IF;
                    RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_unchanged_8280a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                END;
            $$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_apikey (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    slug character varying(63),
    scopes jsonb NOT NULL,
    digest bytea NOT NULL,
    hint character varying(16) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    user_id bigint NOT NULL
);
ALTER TABLE public.accounts_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_auditentry (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    actor_label character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    action character varying(80) NOT NULL,
    target_kind character varying(40) NOT NULL,
    target_ref character varying(200) NOT NULL,
    detail jsonb NOT NULL,
    request_id character varying(64) NOT NULL,
    actor_id bigint
);
CREATE TABLE public.accounts_team (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL
);
ALTER TABLE public.accounts_team ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_teammembership (
    id bigint NOT NULL,
    team_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.accounts_teammembership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_teammembership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    role character varying(10) NOT NULL,
    time_zone character varying(64) NOT NULL,
    theme character varying(5) NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    single_keys boolean DEFAULT true NOT NULL
);
ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.aire_web_firstrunleft (
    id bigint NOT NULL,
    left_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.aire_web_firstrunleft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.aire_web_firstrunleft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.aire_web_keptexport (
    id bigint NOT NULL,
    key uuid NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.aire_web_keptexport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.aire_web_keptexport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.aire_web_manageddocument (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    identity character varying(320) NOT NULL,
    name character varying(63) NOT NULL,
    display_name character varying(120) NOT NULL,
    labels jsonb NOT NULL,
    annotations jsonb NOT NULL,
    first_applied_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    applied_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.aire_web_manageddocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.aire_web_manageddocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.aire_web_pagelatencycount (
    id bigint NOT NULL,
    upto_ms integer NOT NULL,
    pages bigint NOT NULL,
    total_seconds double precision NOT NULL,
    CONSTRAINT aire_web_pagelatencycount_pages_check CHECK ((pages >= 0)),
    CONSTRAINT aire_web_pagelatencycount_upto_ms_check CHECK ((upto_ms >= 0))
);
ALTER TABLE public.aire_web_pagelatencycount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.aire_web_pagelatencycount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.aire_web_watchdoglook (
    "only" boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    faults text NOT NULL,
    CONSTRAINT one_watchdog_look CHECK ("only")
);
CREATE TABLE public.alerts_alert (
    id uuid NOT NULL,
    dedup_key character varying(512) NOT NULL,
    episode character varying(40) NOT NULL,
    status character varying(10) NOT NULL,
    severity character varying(4) NOT NULL,
    title character varying(1024) NOT NULL,
    labels jsonb NOT NULL,
    annotations jsonb NOT NULL,
    links jsonb NOT NULL,
    group_key character varying(64) NOT NULL,
    wants_incident boolean NOT NULL,
    is_test boolean NOT NULL,
    drill boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    last_event_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    resolved_at timestamp with time zone,
    auto_resolve_at timestamp with time zone,
    count integer NOT NULL,
    system_id bigint,
    first_receipt_id uuid,
    last_receipt_id uuid,
    route_id bigint,
    source_id bigint NOT NULL,
    listed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT alerts_alert_count_check CHECK ((count >= 0))
)
WITH (fillfactor='75');
CREATE TABLE public.alerts_alertstep (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(20) NOT NULL,
    text character varying(500) NOT NULL,
    detail jsonb NOT NULL,
    alert_id uuid NOT NULL
);
CREATE TABLE public.alerts_alerttally (
    id bigint NOT NULL,
    day date NOT NULL,
    rule character varying(200) NOT NULL,
    fired integer NOT NULL,
    paged integer NOT NULL,
    acted_on integer NOT NULL,
    silenced integer NOT NULL,
    false_alarms integer NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT alerts_alerttally_acted_on_check CHECK ((acted_on >= 0)),
    CONSTRAINT alerts_alerttally_false_alarms_check CHECK ((false_alarms >= 0)),
    CONSTRAINT alerts_alerttally_fired_check CHECK ((fired >= 0)),
    CONSTRAINT alerts_alerttally_paged_check CHECK ((paged >= 0)),
    CONSTRAINT alerts_alerttally_silenced_check CHECK ((silenced >= 0))
);
ALTER TABLE public.alerts_alerttally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_alerttally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_delivered (
    id bigint NOT NULL,
    key uuid NOT NULL,
    receipt_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source_id bigint NOT NULL
);
ALTER TABLE public.alerts_delivered ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_delivered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_factsversion (
    id smallint NOT NULL,
    token uuid NOT NULL,
    CONSTRAINT one_facts_version CHECK ((id = 1))
);
CREATE TABLE public.alerts_flap (
    id bigint NOT NULL,
    dedup_key character varying(512) NOT NULL,
    openings timestamp with time zone[] NOT NULL,
    flapping_since timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    source_id bigint NOT NULL
);
ALTER TABLE public.alerts_flap ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_flap_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_heartbeat (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    ping_name character varying(100) NOT NULL,
    every integer NOT NULL,
    grace integer NOT NULL,
    severity character varying(4) NOT NULL,
    state character varying(8) NOT NULL,
    since timestamp with time zone,
    last_ping_at timestamp with time zone,
    last_start_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source_id bigint NOT NULL,
    system_id bigint,
    CONSTRAINT alerts_heartbeat_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT alerts_heartbeat_every_check CHECK ((every >= 0)),
    CONSTRAINT alerts_heartbeat_grace_check CHECK ((grace >= 0))
);
ALTER TABLE public.alerts_heartbeat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_heartbeat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_hold (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    ref character varying(64) NOT NULL,
    by_alert uuid,
    text character varying(300) NOT NULL,
    since timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    alert_id uuid NOT NULL
);
ALTER TABLE public.alerts_hold ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_inhibition (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    source_match jsonb NOT NULL,
    target_match jsonb NOT NULL,
    equal character varying(200)[] NOT NULL,
    enabled boolean NOT NULL
);
ALTER TABLE public.alerts_inhibition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_inhibition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_look (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    url character varying(500) NOT NULL,
    "authorization" text NOT NULL,
    every integer NOT NULL,
    state character varying(10) NOT NULL,
    looked_at timestamp with time zone,
    firing integer NOT NULL,
    opened integer NOT NULL,
    closed integer NOT NULL,
    error character varying(500) NOT NULL,
    missing jsonb NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT alerts_look_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT alerts_look_closed_check CHECK ((closed >= 0)),
    CONSTRAINT alerts_look_every_check CHECK ((every >= 0)),
    CONSTRAINT alerts_look_firing_check CHECK ((firing >= 0)),
    CONSTRAINT alerts_look_opened_check CHECK ((opened >= 0))
);
ALTER TABLE public.alerts_look ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_look_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_noisesettings (
    id smallint NOT NULL,
    follow_dependencies character varying(6) NOT NULL,
    flapping_changes smallint NOT NULL,
    flapping_window integer NOT NULL,
    flapping_calm integer NOT NULL,
    flapping_enabled boolean NOT NULL,
    CONSTRAINT alerts_noisesettings_flapping_calm_check CHECK ((flapping_calm >= 0)),
    CONSTRAINT alerts_noisesettings_flapping_changes_check CHECK ((flapping_changes >= 0)),
    CONSTRAINT alerts_noisesettings_flapping_window_check CHECK ((flapping_window >= 0)),
    CONSTRAINT one_noise_settings CHECK ((id = 1))
);
CREATE TABLE public.alerts_noisesettings_systems (
    id bigint NOT NULL,
    noisesettings_id smallint NOT NULL,
    system_id bigint NOT NULL
);
ALTER TABLE public.alerts_noisesettings_systems ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_noisesettings_systems_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_rawbody (
    receipt_id uuid NOT NULL,
    sealed text NOT NULL,
    found jsonb NOT NULL,
    kept_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    delete_at timestamp with time zone NOT NULL,
    source_id bigint NOT NULL
);
CREATE TABLE public.alerts_receipt (
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    id uuid NOT NULL,
    format character varying(20) NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body bytea NOT NULL,
    state character varying(10) DEFAULT 'new'::character varying NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    notes jsonb DEFAULT '[]'::jsonb NOT NULL,
    signals integer DEFAULT 0 NOT NULL,
    drill boolean DEFAULT false NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT alerts_receipt_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT alerts_receipt_signals_check CHECK ((signals >= 0))
)
PARTITION BY RANGE (id);
CREATE TABLE public.alerts_receipt_default (
    due_at timestamp with time zone DEFAULT statement_timestamp() CONSTRAINT alerts_receipt_due_at_not_null NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    id uuid CONSTRAINT alerts_receipt_id_not_null NOT NULL,
    format character varying(20) CONSTRAINT alerts_receipt_format_not_null NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() CONSTRAINT alerts_receipt_received_at_not_null NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb CONSTRAINT alerts_receipt_headers_not_null NOT NULL,
    body bytea CONSTRAINT alerts_receipt_body_not_null NOT NULL,
    state character varying(10) DEFAULT 'new'::character varying CONSTRAINT alerts_receipt_state_not_null NOT NULL,
    reason text DEFAULT ''::text CONSTRAINT alerts_receipt_reason_not_null NOT NULL,
    notes jsonb DEFAULT '[]'::jsonb CONSTRAINT alerts_receipt_notes_not_null NOT NULL,
    signals integer DEFAULT 0 CONSTRAINT alerts_receipt_signals_not_null NOT NULL,
    drill boolean DEFAULT false CONSTRAINT alerts_receipt_drill_not_null NOT NULL,
    attempts smallint DEFAULT 0 CONSTRAINT alerts_receipt_attempts_not_null NOT NULL,
    source_id bigint CONSTRAINT alerts_receipt_source_id_not_null NOT NULL,
    CONSTRAINT alerts_receipt_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT alerts_receipt_signals_check CHECK ((signals >= 0))
);
CREATE TABLE public.alerts_redaction (
    source_id bigint NOT NULL,
    level character varying(8) NOT NULL,
    own jsonb NOT NULL,
    keep_hours smallint NOT NULL,
    CONSTRAINT alerts_redaction_keep_hours_check CHECK ((keep_hours >= 0))
);
CREATE TABLE public.alerts_route (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    "order" integer NOT NULL,
    match jsonb NOT NULL,
    severity character varying(4) NOT NULL,
    group_by jsonb NOT NULL,
    open_incident character varying(6) NOT NULL,
    cause_hint character varying(80) NOT NULL,
    enabled boolean NOT NULL,
    escalation_policy_id bigint,
    system_id bigint,
    fold_within integer NOT NULL,
    CONSTRAINT alerts_route_fold_within_check CHECK ((fold_within >= 0))
);
ALTER TABLE public.alerts_route ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_route_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_silence (
    id uuid NOT NULL,
    slug character varying(63) NOT NULL,
    match jsonb NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    recurrence character varying(500) NOT NULL,
    time_zone character varying(64) NOT NULL,
    last_ends_at timestamp with time zone NOT NULL,
    reason character varying(500) NOT NULL,
    ends_when_resolved boolean NOT NULL,
    author character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    expired_at timestamp with time zone,
    expired_by character varying(200) NOT NULL,
    held integer NOT NULL,
    told_for timestamp with time zone,
    due_at timestamp with time zone,
    created_by_id bigint,
    system_id bigint,
    CONSTRAINT alerts_silence_held_check CHECK ((held >= 0)),
    CONSTRAINT silence_has_an_end CHECK ((ends_at > starts_at))
);
CREATE TABLE public.alerts_source (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    format character varying(20) NOT NULL,
    options jsonb NOT NULL,
    auto_resolve_after integer,
    enabled boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    system_id bigint,
    signing_secret text NOT NULL,
    CONSTRAINT alerts_source_auto_resolve_after_check CHECK ((auto_resolve_after >= 0))
);
ALTER TABLE public.alerts_source ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_sourcekey (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    hint character varying(16) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    source_id bigint NOT NULL
);
ALTER TABLE public.alerts_sourcekey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_sourcekey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_storm (
    id bigint NOT NULL,
    began_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    loud_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    alerts integer NOT NULL,
    folded integer NOT NULL,
    own smallint NOT NULL,
    own_systems jsonb NOT NULL,
    tallies jsonb NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT alerts_storm_alerts_check CHECK ((alerts >= 0)),
    CONSTRAINT alerts_storm_folded_check CHECK ((folded >= 0)),
    CONSTRAINT alerts_storm_own_check CHECK ((own >= 0))
);
ALTER TABLE public.alerts_storm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_storm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_tombstone (
    id bigint NOT NULL,
    dedup_key character varying(512) NOT NULL,
    episode character varying(40) NOT NULL,
    resolved_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source_id bigint NOT NULL
);
ALTER TABLE public.alerts_tombstone ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_tombstone_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.alerts_unplacedchange (
    id bigint NOT NULL,
    identity character varying(64) NOT NULL,
    about character varying(200) NOT NULL,
    kind character varying(10) NOT NULL,
    summary character varying(1024) NOT NULL,
    version character varying(200) NOT NULL,
    previous_version character varying(200) NOT NULL,
    url character varying(2048) NOT NULL,
    author character varying(200) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    receipt_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source_id bigint NOT NULL
);
ALTER TABLE public.alerts_unplacedchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.alerts_unplacedchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_change (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    version character varying(200) NOT NULL,
    previous_version character varying(200) NOT NULL,
    summary character varying(1024) NOT NULL,
    url character varying(2048) NOT NULL,
    rollback_url character varying(2048) NOT NULL,
    author_label character varying(200) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    system_id bigint NOT NULL,
    part character varying(120) NOT NULL
);
CREATE TABLE public.catalog_kpi (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    unit character varying(40) NOT NULL,
    direction character varying(4) NOT NULL,
    aggregate character varying(4) NOT NULL,
    every_seconds integer NOT NULL,
    time_zone character varying(64) NOT NULL,
    feed character varying(200) NOT NULL,
    retired boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    system_id bigint NOT NULL,
    CONSTRAINT catalog_kpi_every_seconds_check CHECK ((every_seconds >= 0))
);
ALTER TABLE public.catalog_kpi ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_kpi_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_kpivalue (
    id bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    kpi_id bigint NOT NULL
);
ALTER TABLE public.catalog_kpivalue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_kpivalue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_readinessanswer (
    id bigint NOT NULL,
    check_slug character varying(40) NOT NULL,
    answer character varying(15) NOT NULL,
    evidence text NOT NULL,
    evidence_url character varying(2048) NOT NULL,
    waived_until date,
    waiver character varying(500) NOT NULL,
    answered_by_label character varying(200) NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    owner_id bigint,
    system_id bigint NOT NULL
);
ALTER TABLE public.catalog_readinessanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_readinessanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_readinessreview (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    by_label character varying(200) NOT NULL,
    ml_test_score double precision,
    share double precision,
    passed boolean NOT NULL,
    blocking jsonb NOT NULL,
    waived jsonb NOT NULL,
    note text NOT NULL,
    by_id bigint,
    system_id bigint NOT NULL
);
ALTER TABLE public.catalog_readinessreview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_readinessreview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_system (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    kind character varying(10) NOT NULL,
    tier smallint NOT NULL,
    stage character varying(12) NOT NULL,
    labels jsonb NOT NULL,
    runbooks jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (((((COALESCE(name, ''::character varying))::text || ' '::text) || (COALESCE(slug, ''::character varying))::text) || ' '::text) || COALESCE(description, ''::text)))) STORED,
    team_id bigint,
    autonomy character varying(16) NOT NULL,
    contacts jsonb NOT NULL,
    intended_use text NOT NULL,
    traffic_share double precision,
    CONSTRAINT catalog_system_tier_check CHECK ((tier >= 0)),
    CONSTRAINT system_tier_1_to_4 CHECK (((tier >= 1) AND (tier <= 4))),
    CONSTRAINT system_traffic_0_to_1 CHECK (((traffic_share IS NULL) OR ((traffic_share >= (0.0)::double precision) AND (traffic_share <= (1.0)::double precision))))
);
ALTER TABLE public.catalog_system ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_system_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_systemdependency (
    id bigint NOT NULL,
    depends_on_id bigint NOT NULL,
    system_id bigint NOT NULL,
    CONSTRAINT dependency_not_itself CHECK ((NOT (system_id = depends_on_id)))
);
ALTER TABLE public.catalog_systemdependency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_systemdependency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_systemowner (
    id bigint NOT NULL,
    discipline character varying(16) NOT NULL,
    system_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.catalog_systemowner ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_systemowner_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.catalog_systempart (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    name character varying(120) NOT NULL,
    version character varying(200) NOT NULL,
    url character varying(2048) NOT NULL,
    settings jsonb NOT NULL,
    since timestamp with time zone,
    served character varying(200) NOT NULL,
    served_at timestamp with time zone,
    system_id bigint NOT NULL
);
ALTER TABLE public.catalog_systempart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_systempart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chatops_channeldigest (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    slug character varying(63) NOT NULL,
    chat character varying(30) NOT NULL,
    channel character varying(80) NOT NULL,
    hour smallint NOT NULL,
    time_zone character varying(64) NOT NULL,
    weekdays_only boolean NOT NULL,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_sent_at timestamp with time zone,
    last_error character varying(300) NOT NULL,
    created_by_id bigint,
    team_id bigint,
    CONSTRAINT chatops_channeldigest_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT chatops_channeldigest_hour_check CHECK ((hour >= 0)),
    CONSTRAINT digest_hour_of_day CHECK ((hour <= 23))
);
ALTER TABLE public.chatops_channeldigest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chatops_channeldigest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.core_enginebeat (
    id bigint NOT NULL,
    process character varying(80) NOT NULL,
    kind character varying(40) NOT NULL,
    at timestamp with time zone NOT NULL
);
ALTER TABLE public.core_enginebeat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_enginebeat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.core_idempotentcall (
    id bigint NOT NULL,
    key character varying(255) NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint,
    body bytea,
    content_type character varying(100) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT core_idempotentcall_status_check CHECK ((status >= 0))
);
ALTER TABLE public.core_idempotentcall ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_idempotentcall_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.core_jobrun (
    id bigint NOT NULL,
    job character varying(80) NOT NULL,
    slot timestamp with time zone NOT NULL
);
ALTER TABLE public.core_jobrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_jobrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.core_outboxtask (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    event character varying(80) NOT NULL,
    subscriber character varying(80) NOT NULL,
    payload jsonb NOT NULL,
    state character varying(10) NOT NULL,
    error text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT core_outboxtask_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.core_outboxtask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_outboxtask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.incidents_affectedcount (
    id bigint NOT NULL,
    what character varying(10) NOT NULL,
    cohort character varying(200) NOT NULL,
    bound character varying(5) NOT NULL,
    count bigint NOT NULL,
    of bigint,
    basis character varying(500) NOT NULL,
    counted_label character varying(200) NOT NULL,
    counted_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    CONSTRAINT incidents_affectedcount_count_check CHECK ((count >= 0)),
    CONSTRAINT incidents_affectedcount_of_check CHECK ((of >= 0))
);
ALTER TABLE public.incidents_affectedcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_affectedcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_caseresult (
    id bigint NOT NULL,
    commit character varying(80) NOT NULL,
    run character varying(200) NOT NULL,
    passed boolean NOT NULL,
    score double precision,
    detail character varying(2000) NOT NULL,
    url character varying(2048) NOT NULL,
    ran_at timestamp with time zone NOT NULL,
    told_label character varying(200) NOT NULL,
    sample_id uuid NOT NULL
);
ALTER TABLE public.incidents_caseresult ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_caseresult_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_causeevidence (
    id bigint NOT NULL,
    stance character varying(7) NOT NULL,
    text character varying(2000) NOT NULL,
    by_label character varying(200) NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    cause_id bigint NOT NULL,
    sample_id uuid
);
ALTER TABLE public.incidents_causeevidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_causeevidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_drill (
    id bigint NOT NULL,
    scenario character varying(40) NOT NULL,
    started_by_label character varying(200) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    due_to_end_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    chosen jsonb NOT NULL,
    learned text NOT NULL,
    started_by_id bigint,
    system_id bigint NOT NULL
);
ALTER TABLE public.incidents_drill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_drill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_drillschedule (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    slug character varying(63) NOT NULL,
    scenario character varying(40) NOT NULL,
    recurrence character varying(500) NOT NULL,
    starts_on date NOT NULL,
    at time without time zone NOT NULL,
    time_zone character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    last_skipped character varying(300) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_drill_id bigint,
    system_id bigint NOT NULL,
    CONSTRAINT incidents_drillschedule_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.incidents_drillschedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_drillschedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_drillsend (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    "position" smallint NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    drill_id bigint NOT NULL,
    CONSTRAINT incidents_drillsend_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT incidents_drillsend_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.incidents_drillsend ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_drillsend_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_evidencereport (
    id uuid NOT NULL,
    format character varying(20) NOT NULL,
    title character varying(200) NOT NULL,
    blocks jsonb NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    added_label character varying(200) NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    CONSTRAINT incidents_evidencereport_size_check CHECK ((size >= 0))
);
CREATE TABLE public.incidents_evidencesample (
    id uuid NOT NULL,
    number integer NOT NULL,
    title character varying(200) NOT NULL,
    shown jsonb NOT NULL,
    sealed text NOT NULL,
    found jsonb NOT NULL,
    origin character varying(200) NOT NULL,
    "case" boolean NOT NULL,
    case_state character varying(9) NOT NULL,
    case_commit character varying(80) NOT NULL,
    case_ran_at timestamp with time zone,
    added_label character varying(200) NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    CONSTRAINT incidents_evidencesample_number_check CHECK ((number >= 0))
);
CREATE TABLE public.incidents_incident (
    id bigint NOT NULL,
    title character varying(300) NOT NULL,
    summary text NOT NULL,
    status character varying(12) NOT NULL,
    severity character varying(4) NOT NULL,
    private boolean NOT NULL,
    drill boolean NOT NULL,
    grouping_key character varying(64),
    version integer NOT NULL,
    auto_resolve boolean NOT NULL,
    cause_hint character varying(80) NOT NULL,
    onset_at timestamp with time zone,
    detected_at timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    mitigated_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (((COALESCE(title, ''::character varying))::text || ' '::text) || COALESCE(summary, ''::text)))) STORED,
    escalation_policy_id bigint,
    merged_into_id bigint,
    opened_by_id bigint,
    CONSTRAINT incident_severity_known CHECK (((severity)::text = ANY ((ARRAY['sev1'::character varying, 'sev2'::character varying, 'sev3'::character varying, 'sev4'::character varying])::text[]))),
    CONSTRAINT incidents_incident_version_check CHECK ((version >= 0))
);
ALTER TABLE public.incidents_incident ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentalert (
    id bigint NOT NULL,
    joined_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    alert_id uuid NOT NULL,
    incident_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentalert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentalert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentcause (
    id bigint NOT NULL,
    role character varying(15) NOT NULL,
    confidence character varying(10) NOT NULL,
    evidence text NOT NULL,
    explains text NOT NULL,
    version integer NOT NULL,
    set_by_label character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    cause_id bigint NOT NULL,
    incident_id bigint NOT NULL,
    set_by_id bigint,
    CONSTRAINT incidents_incidentcause_version_check CHECK ((version >= 0))
);
ALTER TABLE public.incidents_incidentcause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentcause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentevent (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    actor_label character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    text text NOT NULL,
    detail jsonb NOT NULL,
    idempotency character varying(120),
    actor_id bigint,
    incident_id bigint NOT NULL,
    replaces_id uuid,
    withdraws boolean DEFAULT false NOT NULL
);
CREATE TABLE public.incidents_incidentfile (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(100) NOT NULL,
    size integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    origin character varying(200) NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    added_label character varying(200) NOT NULL,
    event_id uuid NOT NULL,
    incident_id bigint NOT NULL,
    CONSTRAINT incidents_incidentfile_size_check CHECK ((size >= 0))
);
CREATE TABLE public.incidents_incidentfilecontent (
    file_id uuid NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.incidents_incidentmember (
    id bigint NOT NULL,
    because character varying(120) NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentreminder (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    kind character varying(8) NOT NULL,
    since timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    number smallint NOT NULL,
    last_told_at timestamp with time zone,
    outcome character varying(300) NOT NULL,
    incident_id bigint NOT NULL,
    CONSTRAINT incidents_incidentreminder_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT incidents_incidentreminder_number_check CHECK ((number >= 0))
);
ALTER TABLE public.incidents_incidentreminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentreminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentrole (
    id bigint NOT NULL,
    role character varying(15) NOT NULL,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentrole ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentrole_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentseen (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    incident_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentseen ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentseen_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentsystem (
    id bigint NOT NULL,
    incident_id bigint NOT NULL,
    system_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentsystem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentsystem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidenttask (
    id bigint NOT NULL,
    title character varying(300) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    done_at timestamp with time zone,
    incident_id bigint NOT NULL,
    owner_id bigint
);
ALTER TABLE public.incidents_incidenttask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidenttask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_incidentupdate (
    id bigint NOT NULL,
    text text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    author_label character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    next_due_at timestamp with time zone,
    author_id bigint,
    incident_id bigint NOT NULL
);
ALTER TABLE public.incidents_incidentupdate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_incidentupdate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_keptreceipt (
    id bigint NOT NULL,
    receipt_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source_slug character varying(63) NOT NULL,
    format character varying(40) NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    sealed text NOT NULL,
    kept_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL
);
ALTER TABLE public.incidents_keptreceipt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_keptreceipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_onsetestimate (
    id bigint NOT NULL,
    earliest timestamp with time zone NOT NULL,
    likeliest timestamp with time zone NOT NULL,
    latest timestamp with time zone NOT NULL,
    basis character varying(500) NOT NULL,
    by_label character varying(200) NOT NULL,
    by_hand boolean NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    looked_at timestamp with time zone,
    CONSTRAINT onset_within_bounds CHECK (((earliest <= likeliest) AND (likeliest <= latest)))
);
ALTER TABLE public.incidents_onsetestimate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_onsetestimate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_peoplereport (
    id uuid NOT NULL,
    text text NOT NULL,
    answer text NOT NULL,
    prompt text NOT NULL,
    trace_id character varying(128) NOT NULL,
    severity character varying(4) NOT NULL,
    contact character varying(200) NOT NULL,
    sealed text NOT NULL,
    found jsonb NOT NULL,
    shared jsonb NOT NULL,
    likeness double precision NOT NULL,
    via character varying(6) NOT NULL,
    reporter character varying(40) NOT NULL,
    receipt_id uuid,
    reported_at timestamp with time zone NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, ((((((COALESCE(text, ''::text) || ' '::text) || COALESCE(answer, ''::text)) || ' '::text) || COALESCE(prompt, ''::text)) || ' '::text) || (COALESCE(trace_id, ''::character varying))::text))) STORED,
    by_id bigint,
    cluster_id bigint NOT NULL,
    link_id bigint
);
CREATE TABLE public.incidents_reportband (
    id bigint NOT NULL,
    key bigint NOT NULL,
    cluster_id bigint NOT NULL
);
ALTER TABLE public.incidents_reportband ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_reportband_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_reportcluster (
    id bigint NOT NULL,
    version character varying(120) NOT NULL,
    title character varying(200) NOT NULL,
    words jsonb NOT NULL,
    count integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    alerted_at timestamp with time zone,
    dismissed_at timestamp with time zone,
    dismissed_label character varying(200) NOT NULL,
    dismissed_reason character varying(500) NOT NULL,
    incident_id bigint,
    system_id bigint NOT NULL,
    CONSTRAINT incidents_reportcluster_count_check CHECK ((count >= 0))
);
ALTER TABLE public.incidents_reportcluster ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_reportcluster_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_reportlink (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    digest bytea NOT NULL,
    hint character varying(20) NOT NULL,
    per_hour integer NOT NULL,
    made_label character varying(200) NOT NULL,
    made_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    revoked_at timestamp with time zone,
    system_id bigint NOT NULL,
    CONSTRAINT incidents_reportlink_per_hour_check CHECK ((per_hour >= 0))
);
ALTER TABLE public.incidents_reportlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_reportlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_reportrule (
    system_id bigint NOT NULL,
    people smallint NOT NULL,
    within_minutes integer NOT NULL,
    severity character varying(4) NOT NULL,
    CONSTRAINT incidents_reportrule_people_check CHECK ((people >= 0)),
    CONSTRAINT incidents_reportrule_within_minutes_check CHECK ((within_minutes >= 0))
);
CREATE TABLE public.incidents_reproduction (
    id bigint NOT NULL,
    k integer NOT NULL,
    n integer NOT NULL,
    settings character varying(500) NOT NULL,
    tried_label character varying(200) NOT NULL,
    tried_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    sample_id uuid,
    CONSTRAINT incidents_reproduction_k_check CHECK ((k >= 0)),
    CONSTRAINT incidents_reproduction_n_check CHECK ((n >= 0)),
    CONSTRAINT reproduction_k_of_n CHECK (((k <= n) AND (n >= 1)))
);
ALTER TABLE public.incidents_reproduction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_reproduction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incidents_triagetick (
    id bigint NOT NULL,
    item character varying(120) NOT NULL,
    found character varying(500) NOT NULL,
    by_label character varying(200) NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL
);
ALTER TABLE public.incidents_triagetick ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incidents_triagetick_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackannouncement (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    channel character varying(80) NOT NULL,
    severity character varying(4) NOT NULL,
    verbosity character varying(4) NOT NULL,
    drills boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    system_id bigint,
    team_id bigint
);
ALTER TABLE public.integrations_slackannouncement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackannouncement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackcapture (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    kind character varying(5) NOT NULL,
    channel character varying(32) NOT NULL,
    ts character varying(32) NOT NULL,
    thread_ts character varying(32) NOT NULL,
    state character varying(9) NOT NULL,
    wanted integer NOT NULL,
    reasons jsonb NOT NULL,
    line uuid,
    task_id bigint,
    text text NOT NULL,
    files jsonb NOT NULL,
    deleted boolean NOT NULL,
    error text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    by_id bigint,
    incident_id bigint NOT NULL,
    CONSTRAINT integrations_slackcapture_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT integrations_slackcapture_wanted_check CHECK ((wanted >= 0))
);
ALTER TABLE public.integrations_slackcapture ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackcapture_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackfault (
    id bigint NOT NULL,
    code character varying(80) NOT NULL,
    subject character varying(120) NOT NULL,
    times integer NOT NULL,
    first_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    cleared_at timestamp with time zone,
    CONSTRAINT integrations_slackfault_times_check CHECK ((times >= 0))
);
ALTER TABLE public.integrations_slackfault ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackfault_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackidentity (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    slack_user_id character varying(32) NOT NULL,
    found_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id bigint NOT NULL,
    checked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    linked_by character varying(5) DEFAULT 'email'::character varying NOT NULL
);
ALTER TABLE public.integrations_slackidentity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackidentity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackincidentchannel (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    state character varying(8) NOT NULL,
    wanted integer NOT NULL,
    channel_id character varying(32) NOT NULL,
    team_id character varying(32) NOT NULL,
    name character varying(80) NOT NULL,
    creating character varying(80) NOT NULL,
    named_by_people boolean NOT NULL,
    private boolean NOT NULL,
    topic character varying(250) NOT NULL,
    bookmarks jsonb NOT NULL,
    invited jsonb NOT NULL,
    unknown jsonb NOT NULL,
    left_behind jsonb NOT NULL,
    error text NOT NULL,
    error_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint NOT NULL,
    granted jsonb NOT NULL,
    lacking jsonb NOT NULL,
    CONSTRAINT integrations_slackincidentchannel_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT integrations_slackincidentchannel_wanted_check CHECK ((wanted >= 0))
);
ALTER TABLE public.integrations_slackincidentchannel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackincidentchannel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slacklimit (
    id bigint NOT NULL,
    method character varying(40) NOT NULL,
    channel character varying(80) NOT NULL,
    free_at timestamp with time zone NOT NULL,
    strikes smallint NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT integrations_slacklimit_strikes_check CHECK ((strikes >= 0))
);
ALTER TABLE public.integrations_slacklimit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slacklimit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackpost (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    key character varying(200) NOT NULL,
    kind character varying(8) NOT NULL,
    channel character varying(80) NOT NULL,
    channel_id character varying(32) NOT NULL,
    ts character varying(32) NOT NULL,
    for_user character varying(32) NOT NULL,
    body jsonb,
    state character varying(8) NOT NULL,
    wanted integer NOT NULL,
    posted integer NOT NULL,
    shown_hash character varying(64) NOT NULL,
    begun_at timestamp with time zone,
    edited_at timestamp with time zone,
    edits integer NOT NULL,
    reposts smallint NOT NULL,
    error text NOT NULL,
    error_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    incident_id bigint,
    thread_id bigint,
    foldable boolean DEFAULT false NOT NULL,
    CONSTRAINT integrations_slackpost_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT integrations_slackpost_edits_check CHECK ((edits >= 0)),
    CONSTRAINT integrations_slackpost_posted_check CHECK ((posted >= 0)),
    CONSTRAINT integrations_slackpost_reposts_check CHECK ((reposts >= 0)),
    CONSTRAINT integrations_slackpost_wanted_check CHECK ((wanted >= 0))
);
ALTER TABLE public.integrations_slackpost ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackpost_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackrequest (
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    key character varying(160) NOT NULL,
    team character varying(32) NOT NULL,
    slack_user_id character varying(32) NOT NULL,
    payload jsonb NOT NULL,
    answer jsonb,
    state character varying(10) NOT NULL,
    error character varying(300) NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT integrations_slackrequest_attempts_check CHECK ((attempts >= 0))
);
CREATE TABLE public.integrations_slacksetting (
    id bigint NOT NULL,
    channel_from character varying(4) NOT NULL,
    prefix character varying(20) NOT NULL,
    verbosity character varying(4) NOT NULL,
    invite boolean NOT NULL,
    drills boolean NOT NULL,
    archive_after_days smallint,
    pins boolean NOT NULL,
    event_emojis jsonb NOT NULL,
    task_emojis jsonb NOT NULL,
    CONSTRAINT integrations_slacksetting_archive_after_days_check CHECK ((archive_after_days >= 0)),
    CONSTRAINT slacksetting_one_row CHECK ((id = 1))
);
ALTER TABLE public.integrations_slacksetting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slacksetting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackstranger (
    id bigint NOT NULL,
    slack_user_id character varying(32) NOT NULL,
    name character varying(120) NOT NULL,
    email character varying(254) NOT NULL,
    reason character varying(200) NOT NULL,
    may_link boolean NOT NULL,
    times integer NOT NULL,
    first_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT integrations_slackstranger_times_check CHECK ((times >= 0))
);
ALTER TABLE public.integrations_slackstranger ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackstranger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_slackworkspace (
    id bigint NOT NULL,
    token_digest character varying(64) NOT NULL,
    team character varying(32) NOT NULL,
    name character varying(120) NOT NULL,
    url character varying(300) NOT NULL,
    bot_user_id character varying(32) NOT NULL,
    scopes jsonb NOT NULL,
    checked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.integrations_slackworkspace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_slackworkspace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_snssubscription (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    topic character varying(400) NOT NULL,
    url character varying(1024) NOT NULL,
    state character varying(10) NOT NULL,
    reason character varying(300) NOT NULL,
    asked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    confirmed_by character varying(200) NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT integrations_snssubscription_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.integrations_snssubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_snssubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.integrations_vapidkey (
    "only" boolean NOT NULL,
    private_pem text NOT NULL,
    public character varying(100) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT one_vapid_key CHECK ("only")
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notifications_channelchoice (
    id bigint NOT NULL,
    channel character varying(20) NOT NULL,
    enabled boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.notifications_channelchoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_channelchoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notifications_contactmethod (
    id bigint NOT NULL,
    slug character varying(63),
    channel character varying(20) NOT NULL,
    address text NOT NULL,
    label character varying(120) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    verified_at timestamp with time zone,
    code_digest bytea,
    code_until timestamp with time zone,
    code_tries smallint NOT NULL,
    failing_since timestamp with time zone,
    failure character varying(300) NOT NULL,
    user_id bigint,
    handle character varying(63) NOT NULL,
    CONSTRAINT contact_is_a_persons_or_named CHECK ((((slug IS NOT NULL) AND (user_id IS NULL)) OR ((slug IS NULL) AND (user_id IS NOT NULL)))),
    CONSTRAINT notifications_contactmethod_code_tries_check CHECK ((code_tries >= 0))
);
ALTER TABLE public.notifications_contactmethod ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_contactmethod_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notifications_delivery (
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    id uuid NOT NULL,
    obligation_key character varying(200) NOT NULL,
    subject_key character varying(80) NOT NULL,
    origin character varying(80) NOT NULL,
    kind character varying(8) NOT NULL,
    channel character varying(20) NOT NULL,
    address character varying(320) NOT NULL,
    message jsonb NOT NULL,
    state character varying(10) NOT NULL,
    deadline timestamp with time zone,
    begun smallint NOT NULL,
    provider_ref character varying(300) NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    sent_at timestamp with time zone,
    user_id bigint,
    begun_at timestamp with time zone,
    "position" smallint DEFAULT 0 NOT NULL,
    contact_id bigint,
    CONSTRAINT notifications_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT notifications_delivery_begun_check CHECK ((begun >= 0)),
    CONSTRAINT notifications_delivery_position_check CHECK (("position" >= 0))
);
CREATE TABLE public.notifications_deliveryattempt (
    id uuid NOT NULL,
    number smallint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    outcome character varying(8) NOT NULL,
    detail text NOT NULL,
    may_repeat boolean NOT NULL,
    delivery_id uuid NOT NULL,
    CONSTRAINT notifications_deliveryattempt_number_check CHECK ((number >= 0))
);
CREATE TABLE public.notifications_deliveryreport (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    said character varying(40) NOT NULL,
    detail character varying(300) NOT NULL,
    delivery_id uuid NOT NULL
);
CREATE TABLE public.notifications_inboxitem (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    read_at timestamp with time zone,
    delivery_id uuid NOT NULL,
    user_id bigint NOT NULL
);
CREATE TABLE public.notifications_notificationrule (
    id bigint NOT NULL,
    urgency character varying(4) NOT NULL,
    "position" smallint NOT NULL,
    after_seconds integer NOT NULL,
    channel character varying(20) NOT NULL,
    contact_id bigint,
    user_id bigint NOT NULL,
    CONSTRAINT notification_rule_within_a_day CHECK ((after_seconds <= 86400)),
    CONSTRAINT notifications_notificationrule_after_seconds_check CHECK ((after_seconds >= 0)),
    CONSTRAINT notifications_notificationrule_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.notifications_notificationrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_notificationrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notifications_outgoingwebhook (
    id bigint NOT NULL,
    events jsonb NOT NULL,
    secret text NOT NULL,
    enabled boolean NOT NULL,
    contact_id bigint NOT NULL
);
ALTER TABLE public.notifications_outgoingwebhook ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_outgoingwebhook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.notifications_quiethours (
    id bigint NOT NULL,
    starts time without time zone NOT NULL,
    ends time without time zone NOT NULL,
    weekdays jsonb NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.notifications_quiethours ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_quiethours_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_calendarfeed (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    hint character varying(20) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_read_at timestamp with time zone,
    owner_id bigint NOT NULL,
    schedule_id bigint
);
ALTER TABLE public.oncall_calendarfeed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_calendarfeed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_escalation (
    id uuid NOT NULL,
    subject_key character varying(80) NOT NULL,
    state character varying(12) NOT NULL,
    policy_slug character varying(63) NOT NULL,
    policy jsonb NOT NULL,
    fallback boolean NOT NULL,
    card jsonb NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    ended_by character varying(200) NOT NULL,
    shadow boolean DEFAULT false NOT NULL
);
CREATE TABLE public.oncall_escalationpolicy (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    repeat smallint NOT NULL,
    is_fallback boolean NOT NULL,
    ack_timeout_seconds integer NOT NULL,
    CONSTRAINT oncall_escalationpolicy_ack_timeout_seconds_check CHECK ((ack_timeout_seconds >= 0)),
    CONSTRAINT oncall_escalationpolicy_repeat_check CHECK ((repeat >= 0))
);
ALTER TABLE public.oncall_escalationpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_escalationpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_escalationtimer (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    round smallint NOT NULL,
    step smallint NOT NULL,
    state character varying(10) NOT NULL,
    escalation_id uuid NOT NULL,
    CONSTRAINT oncall_escalationtimer_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT oncall_escalationtimer_round_check CHECK ((round >= 0)),
    CONSTRAINT oncall_escalationtimer_step_check CHECK ((step >= 0))
);
ALTER TABLE public.oncall_escalationtimer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_escalationtimer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_handoffnote (
    id bigint NOT NULL,
    text text NOT NULL,
    written_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    author_id bigint,
    schedule_id bigint NOT NULL
);
ALTER TABLE public.oncall_handoffnote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_handoffnote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_holidayplace (
    id bigint NOT NULL,
    country character varying(2) NOT NULL,
    subdivision character varying(10) NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.oncall_holidayplace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_holidayplace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_override (
    id bigint NOT NULL,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    created_by_id bigint,
    user_id bigint NOT NULL,
    schedule_id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    replaces_id bigint,
    CONSTRAINT override_ends_after_start CHECK ((ends > starts))
);
ALTER TABLE public.oncall_override ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_override_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_page (
    id uuid NOT NULL,
    round smallint NOT NULL,
    step smallint NOT NULL,
    target character varying(320) NOT NULL,
    because character varying(300) NOT NULL,
    is_fallback boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    acknowledged_at timestamp with time zone,
    escalation_id uuid NOT NULL,
    user_id bigint,
    shadow boolean DEFAULT false NOT NULL,
    CONSTRAINT oncall_page_round_check CHECK ((round >= 0)),
    CONSTRAINT oncall_page_step_check CHECK ((step >= 0))
);
CREATE TABLE public.oncall_payrule (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    unit character varying(4) NOT NULL,
    amount numeric(10,2) NOT NULL,
    currency character varying(3) NOT NULL,
    weekdays jsonb NOT NULL,
    starts time without time zone,
    ends time without time zone,
    CONSTRAINT oncall_payrule_position_check CHECK (("position" >= 0)),
    CONSTRAINT pay_rule_amount_not_negative CHECK ((amount >= (0)::numeric))
);
ALTER TABLE public.oncall_payrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_payrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_policystep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    after_seconds integer NOT NULL,
    policy_id bigint NOT NULL,
    hours jsonb,
    round_robin boolean NOT NULL,
    severities jsonb NOT NULL,
    CONSTRAINT oncall_policystep_after_seconds_check CHECK ((after_seconds >= 0)),
    CONSTRAINT oncall_policystep_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.oncall_policystep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_policystep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_policytarget (
    id bigint NOT NULL,
    slack_channel character varying(80) NOT NULL,
    step_id bigint NOT NULL,
    team_id bigint,
    user_id bigint,
    schedule_id bigint,
    contact_id bigint,
    CONSTRAINT target_is_one_of_five CHECK ((((NOT (user_id IS NULL)) AND (contact_id IS NULL) AND (schedule_id IS NULL) AND ((slack_channel)::text = ''::text) AND (team_id IS NULL)) OR ((NOT (schedule_id IS NULL)) AND (contact_id IS NULL) AND ((slack_channel)::text = ''::text) AND (team_id IS NULL) AND (user_id IS NULL)) OR ((NOT (team_id IS NULL)) AND (contact_id IS NULL) AND (schedule_id IS NULL) AND ((slack_channel)::text = ''::text) AND (user_id IS NULL)) OR ((NOT (contact_id IS NULL)) AND (schedule_id IS NULL) AND ((slack_channel)::text = ''::text) AND (team_id IS NULL) AND (user_id IS NULL)) OR ((NOT ((slack_channel)::text = ''::text)) AND (contact_id IS NULL) AND (schedule_id IS NULL) AND (team_id IS NULL) AND (user_id IS NULL))))
);
ALTER TABLE public.oncall_policytarget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_policytarget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_rotation (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    starts timestamp with time zone NOT NULL,
    handoff time without time zone NOT NULL,
    shift_length character varying(10) NOT NULL,
    restrictions jsonb NOT NULL,
    schedule_id bigint NOT NULL,
    ends timestamp with time zone,
    shadow boolean NOT NULL,
    CONSTRAINT oncall_rotation_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.oncall_rotation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_rotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_rotationchange (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    rotation_id bigint NOT NULL
);
ALTER TABLE public.oncall_rotationchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_rotationchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_rotationchangemember (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    change_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT oncall_rotationchangemember_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.oncall_rotationchangemember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_rotationchangemember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_rotationmember (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    rotation_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT oncall_rotationmember_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.oncall_rotationmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_rotationmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_roundrobin (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    served jsonb NOT NULL,
    policy_id bigint NOT NULL,
    CONSTRAINT oncall_roundrobin_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.oncall_roundrobin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_roundrobin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_schedule (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    time_zone character varying(64) NOT NULL,
    holidays_move_cover boolean NOT NULL
);
ALTER TABLE public.oncall_schedule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_schedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_shadow (
    id bigint NOT NULL,
    scope character varying(80) NOT NULL,
    reason character varying(300) NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    started_by character varying(200) NOT NULL,
    until timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by character varying(200) NOT NULL
);
ALTER TABLE public.oncall_shadow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_shadow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_shiftnotice (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    kind character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    schedule_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT oncall_shiftnotice_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.oncall_shiftnotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_shiftnotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_swaprequest (
    id bigint NOT NULL,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    note character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    settled_at timestamp with time zone,
    asker_id bigint NOT NULL,
    override_id bigint,
    schedule_id bigint NOT NULL,
    taken_by_id bigint,
    partner_id bigint,
    return_ends timestamp with time zone,
    return_override_id bigint,
    return_starts timestamp with time zone,
    CONSTRAINT swap_ends_after_start CHECK ((ends > starts)),
    CONSTRAINT swap_returns_from_a_partner CHECK ((((partner_id IS NULL) AND (return_ends IS NULL) AND (return_starts IS NULL)) OR ((partner_id IS NOT NULL) AND (return_ends > return_starts) AND (return_ends IS NOT NULL) AND (return_starts IS NOT NULL))))
);
ALTER TABLE public.oncall_swaprequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_swaprequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_systempolicy (
    id bigint NOT NULL,
    policy_id bigint NOT NULL,
    system_id bigint NOT NULL
);
ALTER TABLE public.oncall_systempolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_systempolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.oncall_timeoff (
    id bigint NOT NULL,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    calendar_uid character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    created_by_id bigint,
    user_id bigint NOT NULL,
    CONSTRAINT time_off_ends_after_start CHECK ((ends > starts))
);
ALTER TABLE public.oncall_timeoff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oncall_timeoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_approval (
    id bigint NOT NULL,
    label character varying(200) NOT NULL,
    role character varying(10) NOT NULL,
    agrees boolean NOT NULL,
    note character varying(1000) NOT NULL,
    via character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL,
    run_id bigint NOT NULL
);
ALTER TABLE public.playbooks_approval ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_connection (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    kind character varying(20) NOT NULL,
    base_url character varying(2048) NOT NULL,
    options jsonb NOT NULL,
    allowed jsonb NOT NULL,
    token text NOT NULL,
    secret text NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_ok_at timestamp with time zone,
    last_error text NOT NULL,
    last_error_at timestamp with time zone
);
ALTER TABLE public.playbooks_connection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_connection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_playbook (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL,
    automatic jsonb NOT NULL,
    automatic_by character varying(200) NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    owner_id bigint,
    CONSTRAINT playbooks_playbook_version_check CHECK ((version >= 0))
);
ALTER TABLE public.playbooks_playbook ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_playbook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_playbook_systems (
    id bigint NOT NULL,
    playbook_id bigint NOT NULL,
    system_id bigint NOT NULL
);
ALTER TABLE public.playbooks_playbook_systems ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_playbook_systems_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_playbookrun (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    status character varying(10) NOT NULL,
    state character varying(4) NOT NULL,
    starts_when_planned boolean NOT NULL,
    automatic boolean NOT NULL,
    rehearsal boolean NOT NULL,
    started_label character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    demand jsonb NOT NULL,
    said text NOT NULL,
    approve_until timestamp with time zone,
    acted_at timestamp with time zone,
    verify_at timestamp with time zone,
    undoing_since timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    incident_id bigint NOT NULL,
    playbook_id bigint NOT NULL,
    started_by_id bigint,
    CONSTRAINT playbooks_playbookrun_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT playbooks_playbookrun_version_check CHECK ((version >= 0))
);
ALTER TABLE public.playbooks_playbookrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_playbookrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_runstep (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    name character varying(200) NOT NULL,
    definition jsonb NOT NULL,
    status character varying(9) NOT NULL,
    says text NOT NULL,
    undo_says text NOT NULL,
    sending jsonb,
    before jsonb,
    key uuid NOT NULL,
    answer text NOT NULL,
    sent_at timestamp with time zone,
    settled_at timestamp with time zone,
    settled_label character varying(200) NOT NULL,
    connection_id bigint,
    run_id bigint NOT NULL,
    undoes_id uuid,
    CONSTRAINT playbooks_runstep_position_check CHECK (("position" >= 0))
);
CREATE TABLE public.postmortems_action (
    id bigint NOT NULL,
    title character varying(300) NOT NULL,
    detail text NOT NULL,
    type character varying(8) NOT NULL,
    status character varying(11) NOT NULL,
    priority character varying(2) NOT NULL,
    due_on date,
    done_criterion text NOT NULL,
    required boolean NOT NULL,
    cause character varying(80) NOT NULL,
    proposal character varying(120) NOT NULL,
    proof_kind character varying(10) NOT NULL,
    proof character varying(2048) NOT NULL,
    reason text NOT NULL,
    external_url character varying(2048) NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    done_at timestamp with time zone,
    closed_at timestamp with time zone,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (((COALESCE(title, ''::character varying))::text || ' '::text) || COALESCE(detail, ''::text)))) STORED,
    created_by_id bigint,
    incident_id bigint NOT NULL,
    owner_id bigint,
    postmortem_id bigint,
    team_id bigint,
    CONSTRAINT action_done_has_its_time CHECK ((((done_at IS NOT NULL) AND ((status)::text = 'done'::text)) OR ((NOT ((status)::text = 'done'::text)) AND (done_at IS NULL)))),
    CONSTRAINT action_wont_do_has_reason CHECK (((NOT ((status)::text = 'wont_do'::text)) OR (NOT (reason = ''::text)))),
    CONSTRAINT postmortems_action_version_check CHECK ((version >= 0))
);
ALTER TABLE public.postmortems_action ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_actionevent (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    kind character varying(12) NOT NULL,
    actor_label character varying(200) NOT NULL,
    via character varying(10) NOT NULL,
    text text NOT NULL,
    action_id bigint NOT NULL,
    actor_id bigint
);
CREATE TABLE public.postmortems_actionnudge (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    number smallint NOT NULL,
    key character varying(80) NOT NULL,
    state character varying(8) NOT NULL,
    outcome character varying(300) NOT NULL,
    action_id bigint NOT NULL,
    CONSTRAINT postmortems_actionnudge_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT postmortems_actionnudge_number_check CHECK ((number >= 0))
);
ALTER TABLE public.postmortems_actionnudge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_actionnudge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_addendum (
    id uuid NOT NULL,
    number smallint NOT NULL,
    body text NOT NULL,
    author_label character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    author_id bigint,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_addendum_number_check CHECK ((number >= 0))
);
CREATE TABLE public.postmortems_attachment (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(100) NOT NULL,
    size integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    added_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    added_label character varying(200) NOT NULL,
    added_by_id bigint,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_attachment_size_check CHECK ((size >= 0))
);
CREATE TABLE public.postmortems_attachmentcontent (
    attachment_id uuid NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.postmortems_citation (
    id uuid NOT NULL,
    number integer NOT NULL,
    kind character varying(20) NOT NULL,
    target character varying(200) NOT NULL,
    title character varying(300) NOT NULL,
    url character varying(2048) NOT NULL,
    occurred_at timestamp with time zone,
    frozen jsonb NOT NULL,
    cited_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    cited_label character varying(200) NOT NULL,
    cited_by_id bigint,
    postmortem_id bigint NOT NULL,
    section_id bigint,
    CONSTRAINT postmortems_citation_number_check CHECK ((number >= 0))
);
CREATE TABLE public.postmortems_clockdecision (
    id bigint NOT NULL,
    reasons text NOT NULL,
    proposed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    outcome character varying(8) NOT NULL,
    decided_at timestamp with time zone,
    note text NOT NULL,
    decided_by_id bigint,
    proposed_by_id bigint,
    clock_id bigint NOT NULL,
    CONSTRAINT decision_approved_by_another CHECK (((NOT ((outcome)::text = 'approved'::text)) OR (NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL) AND (proposed_by_id IS NOT NULL))))),
    CONSTRAINT decision_has_its_approver CHECK ((((outcome)::text = 'proposed'::text) OR ((decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL))))
);
ALTER TABLE public.postmortems_clockdecision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_clockdecision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_clockphase (
    id bigint NOT NULL,
    key character varying(60) NOT NULL,
    "position" smallint NOT NULL,
    label character varying(200) NOT NULL,
    recipient character varying(200) NOT NULL,
    says text NOT NULL,
    due_at timestamp with time zone,
    submitted_at timestamp with time zone,
    receipt text NOT NULL,
    submitted_by_id bigint,
    clock_id bigint NOT NULL,
    CONSTRAINT postmortems_clockphase_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.postmortems_clockphase ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_clockphase_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_clockreminder (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    kind character varying(12) NOT NULL,
    state character varying(8) NOT NULL,
    phase_id bigint NOT NULL,
    CONSTRAINT postmortems_clockreminder_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.postmortems_clockreminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_clockreminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_comment (
    id uuid NOT NULL,
    author_label character varying(200) NOT NULL,
    text text NOT NULL,
    quote character varying(300) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    resolved_at timestamp with time zone,
    author_id bigint,
    resolved_by_id bigint,
    section_id bigint NOT NULL
);
CREATE TABLE public.postmortems_declinedproposal (
    id bigint NOT NULL,
    proposal character varying(120) NOT NULL,
    reason text NOT NULL,
    declined_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    declined_label character varying(200) NOT NULL,
    declined_by_id bigint,
    incident_id bigint NOT NULL,
    CONSTRAINT declined_has_reason CHECK ((NOT (reason = ''::text)))
);
ALTER TABLE public.postmortems_declinedproposal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_declinedproposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_evidencehold (
    id uuid NOT NULL,
    reason text NOT NULL,
    covers text NOT NULL,
    placed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    placed_label character varying(200) NOT NULL,
    lifted_at timestamp with time zone,
    lifted_reason text NOT NULL,
    incident_id bigint NOT NULL,
    lifted_by_id bigint,
    placed_by_id bigint
);
CREATE TABLE public.postmortems_postmortem (
    id bigint NOT NULL,
    title character varying(300) NOT NULL,
    status character varying(17) NOT NULL,
    version integer NOT NULL,
    round smallint NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    due_at timestamp with time zone,
    submitted_at timestamp with time zone,
    approved_at timestamp with time zone,
    published_at timestamp with time zone,
    set_aside_at timestamp with time zone,
    set_aside_reason text NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (COALESCE(title, ''::character varying))::text)) STORED,
    incident_id bigint NOT NULL,
    owner_id bigint,
    published_by_id bigint,
    template_version_id bigint NOT NULL,
    CONSTRAINT postmortems_postmortem_round_check CHECK ((round >= 0)),
    CONSTRAINT postmortems_postmortem_version_check CHECK ((version >= 0)),
    CONSTRAINT published_has_its_time CHECK (((NOT ((status)::text = 'published'::text)) OR (published_at IS NOT NULL)))
);
ALTER TABLE public.postmortems_postmortem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_postmortem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_postmortemtemplate (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    shipped boolean NOT NULL,
    retired boolean NOT NULL,
    "position" smallint NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT postmortems_postmortemtemplate_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.postmortems_postmortemtemplate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_postmortemtemplate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_read (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    postmortem_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.postmortems_read ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_read_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_regulatoryclock (
    id bigint NOT NULL,
    rule character varying(60) NOT NULL,
    rule_version character varying(20) NOT NULL,
    trigger character varying(60) NOT NULL,
    terms jsonb NOT NULL,
    jurisdictions jsonb NOT NULL,
    role character varying(60) NOT NULL,
    aware_at timestamp with time zone NOT NULL,
    aware_who character varying(200) NOT NULL,
    aware_evidence text NOT NULL,
    state character varying(14) NOT NULL,
    version integer NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    incident_id bigint NOT NULL,
    owner_id bigint,
    started_by_id bigint,
    CONSTRAINT ended_clock_has_its_time CHECK ((((state)::text = 'running'::text) OR (ended_at IS NOT NULL))),
    CONSTRAINT postmortems_regulatoryclock_version_check CHECK ((version >= 0))
);
ALTER TABLE public.postmortems_regulatoryclock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_regulatoryclock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_reminder (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    kind character varying(20) NOT NULL,
    key character varying(120) NOT NULL,
    state character varying(10) NOT NULL,
    outcome character varying(200) NOT NULL,
    postmortem_id bigint NOT NULL,
    CONSTRAINT postmortems_reminder_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.postmortems_reminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_reminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_reportdraft (
    id bigint NOT NULL,
    form character varying(9) NOT NULL,
    fields jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    clock_id bigint,
    incident_id bigint NOT NULL,
    updated_by_id bigint,
    CONSTRAINT postmortems_reportdraft_version_check CHECK ((version >= 0))
);
ALTER TABLE public.postmortems_reportdraft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_reportdraft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_review (
    id bigint NOT NULL,
    because character varying(200) NOT NULL,
    by_rule boolean NOT NULL,
    state character varying(17) NOT NULL,
    note text NOT NULL,
    asked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    decided_at timestamp with time zone,
    postmortem_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.postmortems_review ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_review_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_section (
    id bigint NOT NULL,
    key character varying(63) NOT NULL,
    title character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    required boolean NOT NULL,
    body text NOT NULL,
    generated jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, COALESCE(body, ''::text))) STORED,
    postmortem_id bigint NOT NULL,
    updated_by_id bigint,
    CONSTRAINT postmortems_section_position_check CHECK (("position" >= 0)),
    CONSTRAINT postmortems_section_version_check CHECK ((version >= 0))
);
ALTER TABLE public.postmortems_section ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_section_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_sectionrevision (
    id uuid NOT NULL,
    version integer NOT NULL,
    body text NOT NULL,
    author_label character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    author_id bigint,
    section_id bigint NOT NULL,
    CONSTRAINT postmortems_sectionrevision_version_check CHECK ((version >= 0))
);
CREATE TABLE public.postmortems_templateversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    title character varying(120) NOT NULL,
    body jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    created_label character varying(200) NOT NULL,
    created_by_id bigint,
    template_id bigint NOT NULL,
    CONSTRAINT postmortems_templateversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.postmortems_templateversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_templateversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_tracker (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    kind character varying(20) NOT NULL,
    base_url character varying(2048) NOT NULL,
    options jsonb NOT NULL,
    token text NOT NULL,
    webhook_secret text NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_ok_at timestamp with time zone,
    last_error text NOT NULL,
    last_error_at timestamp with time zone,
    team_id bigint
);
ALTER TABLE public.postmortems_tracker ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_tracker_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_trackerdelivery (
    id uuid NOT NULL,
    delivery_id character varying(200) NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    outcome character varying(300) NOT NULL,
    tracker_id bigint NOT NULL
);
CREATE TABLE public.postmortems_trackerlink (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    state character varying(8) NOT NULL,
    external_id character varying(200) NOT NULL,
    url character varying(2048) NOT NULL,
    remote_status character varying(80) NOT NULL,
    wanted integer NOT NULL,
    told integer NOT NULL,
    error text NOT NULL,
    last_ok_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    action_id bigint NOT NULL,
    tracker_id bigint NOT NULL,
    CONSTRAINT postmortems_trackerlink_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT postmortems_trackerlink_told_check CHECK ((told >= 0)),
    CONSTRAINT postmortems_trackerlink_wanted_check CHECK ((wanted >= 0))
);
ALTER TABLE public.postmortems_trackerlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_trackerlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.postmortems_unsavedtext (
    id bigint NOT NULL,
    body text NOT NULL,
    base_version integer NOT NULL,
    kept_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    section_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT postmortems_unsavedtext_base_version_check CHECK ((base_version >= 0))
);
ALTER TABLE public.postmortems_unsavedtext ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.postmortems_unsavedtext_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_digestseat (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    state character varying(7) NOT NULL,
    last_sent_at timestamp with time zone,
    team_id bigint,
    user_id bigint NOT NULL,
    CONSTRAINT reports_digestseat_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.reports_digestseat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_digestseat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reports_savedfilter (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    period character varying(24) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    team_id bigint,
    user_id bigint NOT NULL
);
ALTER TABLE public.reports_savedfilter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_savedfilter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_arrival (
    sli_id bigint NOT NULL,
    last_end timestamp with time zone NOT NULL,
    last_span_seconds double precision NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
CREATE TABLE public.slos_budgetday (
    id bigint NOT NULL,
    day date NOT NULL,
    version integer NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    excluded double precision NOT NULL,
    budget_total double precision NOT NULL,
    consumed double precision NOT NULL,
    fraction_left double precision,
    computed_at timestamp with time zone NOT NULL,
    slo_id bigint NOT NULL,
    CONSTRAINT slos_budgetday_version_check CHECK ((version >= 0))
);
ALTER TABLE public.slos_budgetday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_budgetday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_correction (
    id uuid NOT NULL,
    kind character varying(12) NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    reason character varying(1000) NOT NULL,
    actor_label character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by character varying(200) NOT NULL,
    slo_id bigint NOT NULL,
    CONSTRAINT correction_has_length CHECK ((start < "end"))
);
CREATE TABLE public.slos_datasource (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    type character varying(60) NOT NULL,
    details jsonb NOT NULL,
    secret text NOT NULL,
    enabled boolean NOT NULL,
    asked_at timestamp with time zone,
    problem character varying(500) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.slos_datasource ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_datasource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_daycount (
    at timestamp with time zone NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    series_id bigint NOT NULL
);
CREATE TABLE public.slos_exemption (
    id uuid NOT NULL,
    changes jsonb NOT NULL,
    reason character varying(1000) NOT NULL,
    start timestamp with time zone NOT NULL,
    "end" timestamp with time zone NOT NULL,
    actor_label character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by character varying(200) NOT NULL,
    system_id bigint NOT NULL,
    slo_id bigint,
    CONSTRAINT exemption_has_length CHECK ((start < "end"))
);
CREATE TABLE public.slos_hourcount (
    at timestamp with time zone NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    series_id bigint NOT NULL
);
CREATE TABLE public.slos_measurement (
    started timestamp with time zone NOT NULL,
    ended timestamp with time zone NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    sample_rate double precision NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    track_id bigint NOT NULL,
    CONSTRAINT measurement_good_of_total CHECK (((good >= (0.0)::double precision) AND (total >= good))),
    CONSTRAINT measurement_has_length CHECK ((started < ended))
);
CREATE TABLE public.slos_obligation (
    id uuid NOT NULL,
    rule character varying(63) NOT NULL,
    kind character varying(10) NOT NULL,
    changes jsonb NOT NULL,
    reason character varying(500) NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    slo_id bigint NOT NULL
);
CREATE TABLE public.slos_openslodocument (
    id bigint NOT NULL,
    kind character varying(30) NOT NULL,
    name character varying(63) NOT NULL,
    display_name character varying(120) NOT NULL,
    body jsonb NOT NULL,
    made jsonb NOT NULL,
    saved_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
ALTER TABLE public.slos_openslodocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_openslodocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_poll (
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    attempts smallint NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    sli_id bigint NOT NULL,
    state character varying(10) NOT NULL,
    asked_until timestamp with time zone,
    answered_at timestamp with time zone,
    failures integer NOT NULL,
    problem character varying(500) NOT NULL,
    CONSTRAINT slos_poll_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT slos_poll_failures_check CHECK ((failures >= 0))
);
ALTER TABLE public.slos_poll ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_poll_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_rulestate (
    id bigint NOT NULL,
    rule character varying(63) NOT NULL,
    severity character varying(4) NOT NULL,
    firing boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    slo_id bigint NOT NULL
);
ALTER TABLE public.slos_rulestate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_rulestate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_seenevent (
    key uuid NOT NULL,
    seen_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    sli_id bigint NOT NULL
);
CREATE TABLE public.slos_series (
    id bigint NOT NULL,
    method character varying(16) NOT NULL,
    slice_seconds integer NOT NULL,
    slice_target double precision NOT NULL,
    sli_id bigint NOT NULL,
    CONSTRAINT slos_series_slice_seconds_check CHECK ((slice_seconds >= 0))
);
ALTER TABLE public.slos_series ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_series_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_sli (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    kind character varying(10) NOT NULL,
    unit_event character varying(120) NOT NULL,
    unit character varying(40) NOT NULL,
    signal character varying(200) NOT NULL,
    signal_filter jsonb NOT NULL,
    query jsonb NOT NULL,
    op character varying(3) NOT NULL,
    value double precision,
    sample_rate double precision NOT NULL,
    evaluator character varying(200) NOT NULL,
    library character varying(80) NOT NULL,
    labels jsonb NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    system_id bigint,
    data_source_id bigint,
    CONSTRAINT sli_sample_rate CHECK (((sample_rate > (0.0)::double precision) AND (sample_rate <= (1.0)::double precision)))
);
ALTER TABLE public.slos_sli ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_sli_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_slievaluator (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    true_positive_rate double precision,
    false_positive_rate double precision,
    bad_items integer NOT NULL,
    good_items integer NOT NULL,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    until timestamp with time zone,
    sli_id bigint NOT NULL,
    CONSTRAINT sli_evaluator_fpr CHECK (((false_positive_rate IS NULL) OR ((false_positive_rate >= (0.0)::double precision) AND (false_positive_rate <= (1.0)::double precision)))),
    CONSTRAINT sli_evaluator_tpr CHECK (((true_positive_rate IS NULL) OR ((true_positive_rate >= (0.0)::double precision) AND (true_positive_rate <= (1.0)::double precision)))),
    CONSTRAINT slos_slievaluator_bad_items_check CHECK ((bad_items >= 0)),
    CONSTRAINT slos_slievaluator_good_items_check CHECK ((good_items >= 0))
);
ALTER TABLE public.slos_slievaluator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_slievaluator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_slo (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    target double precision NOT NULL,
    window_kind character varying(8) NOT NULL,
    window_seconds integer NOT NULL,
    calendar_unit character varying(7) NOT NULL,
    time_zone character varying(64) NOT NULL,
    rules jsonb NOT NULL,
    no_data jsonb NOT NULL,
    policy jsonb NOT NULL,
    at_risk_below double precision NOT NULL,
    labels jsonb NOT NULL,
    enabled boolean NOT NULL,
    version integer NOT NULL,
    history_from date,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    series_id bigint NOT NULL,
    sli_id bigint NOT NULL,
    system_id bigint NOT NULL,
    failure_class character varying(80) NOT NULL,
    CONSTRAINT slo_at_risk CHECK (((at_risk_below >= (0.0)::double precision) AND (at_risk_below < (1.0)::double precision))),
    CONSTRAINT slo_target CHECK (((target > (0.0)::double precision) AND (target < (1.0)::double precision))),
    CONSTRAINT slo_window CHECK ((window_seconds >= 3600)),
    CONSTRAINT slo_window_of_its_kind CHECK (((((calendar_unit)::text = ''::text) AND ((window_kind)::text = 'rolling'::text)) OR (((window_kind)::text = 'calendar'::text) AND (NOT ((calendar_unit)::text = ''::text))))),
    CONSTRAINT slos_slo_version_check CHECK ((version >= 0)),
    CONSTRAINT slos_slo_window_seconds_check CHECK ((window_seconds >= 0))
);
ALTER TABLE public.slos_slo ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_slo_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_slodefinition (
    id bigint NOT NULL,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    actor_label character varying(200) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    series_id bigint NOT NULL,
    slo_id bigint NOT NULL,
    CONSTRAINT slos_slodefinition_version_check CHECK ((version >= 0))
);
ALTER TABLE public.slos_slodefinition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_slodefinition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_slostate (
    slo_id bigint NOT NULL,
    as_of timestamp with time zone NOT NULL,
    window_start timestamp with time zone NOT NULL,
    version integer NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    excluded double precision NOT NULL,
    budget_total double precision NOT NULL,
    consumed double precision NOT NULL,
    fraction_left double precision,
    state character varying(9) NOT NULL,
    since timestamp with time zone NOT NULL,
    burns jsonb NOT NULL,
    seconds_left double precision,
    last_end timestamp with time zone,
    recalculating boolean NOT NULL,
    CONSTRAINT slos_slostate_version_check CHECK ((version >= 0))
);
CREATE TABLE public.slos_stalehour (
    at timestamp with time zone NOT NULL,
    marked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    sli_id bigint NOT NULL
);
CREATE TABLE public.slos_stream (
    key uuid NOT NULL,
    rule character varying(32) NOT NULL,
    started_at timestamp with time zone,
    at timestamp with time zone NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    sli_id bigint NOT NULL
);
CREATE TABLE public.slos_tally (
    at timestamp with time zone NOT NULL,
    evaluator character varying(200) NOT NULL,
    cohort character varying(200) NOT NULL,
    good double precision NOT NULL,
    total double precision NOT NULL,
    sli_id bigint NOT NULL
);
CREATE TABLE public.slos_track (
    id bigint NOT NULL,
    evaluator character varying(200) NOT NULL,
    cohort character varying(200) NOT NULL,
    counts boolean NOT NULL,
    sli_id bigint NOT NULL
);
ALTER TABLE public.slos_track ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_track_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.slos_unmatched (
    id bigint NOT NULL,
    signal character varying(200) NOT NULL,
    reason character varying(300) NOT NULL,
    example jsonb NOT NULL,
    count bigint NOT NULL,
    first_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    last_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source_id bigint NOT NULL
);
ALTER TABLE public.slos_unmatched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.slos_unmatched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomy_cause (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    name character varying(160) NOT NULL,
    definition text NOT NULL,
    applies_to jsonb NOT NULL,
    external jsonb NOT NULL,
    detection_signals jsonb NOT NULL,
    immediate_mitigations jsonb NOT NULL,
    follow_up_actions jsonb NOT NULL,
    regulatory_check jsonb NOT NULL,
    shipped boolean NOT NULL,
    "position" smallint NOT NULL,
    cause_class_id bigint NOT NULL,
    retired boolean NOT NULL,
    version integer NOT NULL,
    CONSTRAINT taxonomy_cause_position_check CHECK (("position" >= 0)),
    CONSTRAINT taxonomy_cause_version_check CHECK ((version >= 0))
);
ALTER TABLE public.taxonomy_cause ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomy_cause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomy_causeclass (
    id bigint NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(120) NOT NULL,
    definition text NOT NULL,
    "position" smallint NOT NULL,
    CONSTRAINT taxonomy_causeclass_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.taxonomy_causeclass ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taxonomy_causeclass_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.taxonomy_causerevision (
    id uuid NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    replaced_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    replaced_by character varying(200) NOT NULL,
    cause_id bigint NOT NULL,
    CONSTRAINT taxonomy_causerevision_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.alerts_receipt ATTACH PARTITION public.alerts_receipt_default DEFAULT;
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.accounts_auditentry
    ADD CONSTRAINT accounts_auditentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_team
    ADD CONSTRAINT accounts_team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_team
    ADD CONSTRAINT accounts_team_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.accounts_teammembership
    ADD CONSTRAINT accounts_teammembership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_addendum
    ADD CONSTRAINT addendum_once UNIQUE (postmortem_id, number);
ALTER TABLE ONLY public.incidents_affectedcount
    ADD CONSTRAINT affected_count_once UNIQUE (incident_id, what, cohort);
ALTER TABLE ONLY public.aire_web_firstrunleft
    ADD CONSTRAINT aire_web_firstrunleft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.aire_web_firstrunleft
    ADD CONSTRAINT aire_web_firstrunleft_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.aire_web_keptexport
    ADD CONSTRAINT aire_web_keptexport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.aire_web_keptexport
    ADD CONSTRAINT aire_web_keptexport_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.aire_web_manageddocument
    ADD CONSTRAINT aire_web_manageddocument_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.aire_web_pagelatencycount
    ADD CONSTRAINT aire_web_pagelatencycount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.aire_web_pagelatencycount
    ADD CONSTRAINT aire_web_pagelatencycount_upto_ms_key UNIQUE (upto_ms);
ALTER TABLE ONLY public.aire_web_watchdoglook
    ADD CONSTRAINT aire_web_watchdoglook_pkey PRIMARY KEY ("only");
ALTER TABLE ONLY public.alerts_alert
    ADD CONSTRAINT alert_episode_once UNIQUE (source_id, dedup_key, episode);
ALTER TABLE ONLY public.alerts_alert
    ADD CONSTRAINT alerts_alert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_alertstep
    ADD CONSTRAINT alerts_alertstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_alerttally
    ADD CONSTRAINT alerts_alerttally_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_delivered
    ADD CONSTRAINT alerts_delivered_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_factsversion
    ADD CONSTRAINT alerts_factsversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_flap
    ADD CONSTRAINT alerts_flap_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_heartbeat
    ADD CONSTRAINT alerts_heartbeat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_heartbeat
    ADD CONSTRAINT alerts_heartbeat_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.alerts_hold
    ADD CONSTRAINT alerts_hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_inhibition
    ADD CONSTRAINT alerts_inhibition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_inhibition
    ADD CONSTRAINT alerts_inhibition_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.alerts_look
    ADD CONSTRAINT alerts_look_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_look
    ADD CONSTRAINT alerts_look_source_id_key UNIQUE (source_id);
ALTER TABLE ONLY public.alerts_noisesettings
    ADD CONSTRAINT alerts_noisesettings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_noisesettings_systems
    ADD CONSTRAINT alerts_noisesettings_sys_noisesettings_id_system__0915cb14_uniq UNIQUE (noisesettings_id, system_id);
ALTER TABLE ONLY public.alerts_noisesettings_systems
    ADD CONSTRAINT alerts_noisesettings_systems_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_rawbody
    ADD CONSTRAINT alerts_rawbody_pkey PRIMARY KEY (receipt_id);
ALTER TABLE ONLY public.alerts_receipt
    ADD CONSTRAINT alerts_receipt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_receipt_default
    ADD CONSTRAINT alerts_receipt_default_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_redaction
    ADD CONSTRAINT alerts_redaction_pkey PRIMARY KEY (source_id);
ALTER TABLE ONLY public.alerts_route
    ADD CONSTRAINT alerts_route_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_route
    ADD CONSTRAINT alerts_route_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.alerts_silence
    ADD CONSTRAINT alerts_silence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_silence
    ADD CONSTRAINT alerts_silence_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.alerts_source
    ADD CONSTRAINT alerts_source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_source
    ADD CONSTRAINT alerts_source_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.alerts_sourcekey
    ADD CONSTRAINT alerts_sourcekey_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.alerts_sourcekey
    ADD CONSTRAINT alerts_sourcekey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_storm
    ADD CONSTRAINT alerts_storm_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_tombstone
    ADD CONSTRAINT alerts_tombstone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_unplacedchange
    ADD CONSTRAINT alerts_unplacedchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts_alerttally
    ADD CONSTRAINT alerttally_once UNIQUE (day, source_id, rule);
ALTER TABLE ONLY public.playbooks_approval
    ADD CONSTRAINT approval_once UNIQUE (run_id, user_id);
ALTER TABLE ONLY public.postmortems_attachment
    ADD CONSTRAINT attachment_once UNIQUE (postmortem_id, sha256);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.core_enginebeat
    ADD CONSTRAINT beat_once UNIQUE (process, kind);
ALTER TABLE ONLY public.slos_budgetday
    ADD CONSTRAINT budgetday_once UNIQUE (slo_id, day);
ALTER TABLE ONLY public.incidents_caseresult
    ADD CONSTRAINT case_result_once UNIQUE (sample_id, commit, run);
ALTER TABLE ONLY public.catalog_change
    ADD CONSTRAINT catalog_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_kpi
    ADD CONSTRAINT catalog_kpi_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_kpivalue
    ADD CONSTRAINT catalog_kpivalue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_readinessanswer
    ADD CONSTRAINT catalog_readinessanswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_readinessreview
    ADD CONSTRAINT catalog_readinessreview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_system
    ADD CONSTRAINT catalog_system_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_system
    ADD CONSTRAINT catalog_system_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.catalog_systemdependency
    ADD CONSTRAINT catalog_systemdependency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_systemowner
    ADD CONSTRAINT catalog_systemowner_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_systempart
    ADD CONSTRAINT catalog_systempart_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomy_causerevision
    ADD CONSTRAINT cause_revision_once UNIQUE (cause_id, version);
ALTER TABLE ONLY public.oncall_rotationchangemember
    ADD CONSTRAINT change_position_once UNIQUE (change_id, "position");
ALTER TABLE ONLY public.notifications_channelchoice
    ADD CONSTRAINT channel_choice_once UNIQUE (user_id, channel);
ALTER TABLE ONLY public.chatops_channeldigest
    ADD CONSTRAINT chatops_channeldigest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chatops_channeldigest
    ADD CONSTRAINT chatops_channeldigest_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT citation_number_once UNIQUE (postmortem_id, number);
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT citation_target_once UNIQUE (postmortem_id, kind, target);
ALTER TABLE ONLY public.postmortems_clockphase
    ADD CONSTRAINT clock_phase_once UNIQUE (clock_id, key);
ALTER TABLE ONLY public.core_enginebeat
    ADD CONSTRAINT core_enginebeat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.core_idempotentcall
    ADD CONSTRAINT core_idempotentcall_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.core_jobrun
    ADD CONSTRAINT core_jobrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.core_outboxtask
    ADD CONSTRAINT core_outboxtask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_declinedproposal
    ADD CONSTRAINT declined_once UNIQUE (incident_id, proposal);
ALTER TABLE ONLY public.alerts_delivered
    ADD CONSTRAINT delivered_once UNIQUE (source_id, key);
ALTER TABLE ONLY public.notifications_deliveryreport
    ADD CONSTRAINT delivery_report_once UNIQUE (delivery_id, said);
ALTER TABLE ONLY public.catalog_systemdependency
    ADD CONSTRAINT dependency_once UNIQUE (system_id, depends_on_id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.incidents_drillsend
    ADD CONSTRAINT drill_send_once UNIQUE (drill_id, "position");
ALTER TABLE ONLY public.incidents_evidencereport
    ADD CONSTRAINT evidence_report_once UNIQUE (incident_id, sha256);
ALTER TABLE ONLY public.incidents_evidencesample
    ADD CONSTRAINT evidence_sample_once UNIQUE (incident_id, number);
ALTER TABLE ONLY public.alerts_flap
    ADD CONSTRAINT flap_once UNIQUE (source_id, dedup_key);
ALTER TABLE ONLY public.alerts_heartbeat
    ADD CONSTRAINT heartbeat_ping_once UNIQUE (source_id, ping_name);
ALTER TABLE ONLY public.alerts_hold
    ADD CONSTRAINT hold_once UNIQUE (alert_id, kind, ref);
ALTER TABLE ONLY public.core_idempotentcall
    ADD CONSTRAINT idempotent_once UNIQUE (user_id, key);
ALTER TABLE ONLY public.incidents_incidentcause
    ADD CONSTRAINT incident_cause_once UNIQUE (incident_id, cause_id, role);
ALTER TABLE ONLY public.incidents_incidentmember
    ADD CONSTRAINT incident_member_once UNIQUE (incident_id, user_id);
ALTER TABLE ONLY public.incidents_incidentreminder
    ADD CONSTRAINT incident_reminder_once UNIQUE (incident_id, kind, since);
ALTER TABLE ONLY public.incidents_incidentrole
    ADD CONSTRAINT incident_role_once UNIQUE (incident_id, role);
ALTER TABLE ONLY public.incidents_incidentseen
    ADD CONSTRAINT incident_seen_once UNIQUE (user_id, incident_id);
ALTER TABLE ONLY public.incidents_incidentsystem
    ADD CONSTRAINT incident_system_once UNIQUE (incident_id, system_id);
ALTER TABLE ONLY public.incidents_incidentevent
    ADD CONSTRAINT incidentevent_once UNIQUE (incident_id, idempotency);
ALTER TABLE ONLY public.incidents_incidentfile
    ADD CONSTRAINT incidentfile_once UNIQUE (event_id, sha256);
ALTER TABLE ONLY public.incidents_affectedcount
    ADD CONSTRAINT incidents_affectedcount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_caseresult
    ADD CONSTRAINT incidents_caseresult_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_causeevidence
    ADD CONSTRAINT incidents_causeevidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_drill
    ADD CONSTRAINT incidents_drill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_drillschedule
    ADD CONSTRAINT incidents_drillschedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_drillschedule
    ADD CONSTRAINT incidents_drillschedule_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.incidents_drillsend
    ADD CONSTRAINT incidents_drillsend_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_evidencereport
    ADD CONSTRAINT incidents_evidencereport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_evidencesample
    ADD CONSTRAINT incidents_evidencesample_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incident
    ADD CONSTRAINT incidents_incident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentalert
    ADD CONSTRAINT incidents_incidentalert_alert_id_key UNIQUE (alert_id);
ALTER TABLE ONLY public.incidents_incidentalert
    ADD CONSTRAINT incidents_incidentalert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentcause
    ADD CONSTRAINT incidents_incidentcause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentevent
    ADD CONSTRAINT incidents_incidentevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentfile
    ADD CONSTRAINT incidents_incidentfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentfilecontent
    ADD CONSTRAINT incidents_incidentfilecontent_pkey PRIMARY KEY (file_id);
ALTER TABLE ONLY public.incidents_incidentmember
    ADD CONSTRAINT incidents_incidentmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentreminder
    ADD CONSTRAINT incidents_incidentreminder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentrole
    ADD CONSTRAINT incidents_incidentrole_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentseen
    ADD CONSTRAINT incidents_incidentseen_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentsystem
    ADD CONSTRAINT incidents_incidentsystem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidenttask
    ADD CONSTRAINT incidents_incidenttask_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_incidentupdate
    ADD CONSTRAINT incidents_incidentupdate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_keptreceipt
    ADD CONSTRAINT incidents_keptreceipt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_onsetestimate
    ADD CONSTRAINT incidents_onsetestimate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_peoplereport
    ADD CONSTRAINT incidents_peoplereport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_peoplereport
    ADD CONSTRAINT incidents_peoplereport_receipt_id_key UNIQUE (receipt_id);
ALTER TABLE ONLY public.incidents_reportband
    ADD CONSTRAINT incidents_reportband_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_reportcluster
    ADD CONSTRAINT incidents_reportcluster_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_reportlink
    ADD CONSTRAINT incidents_reportlink_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.incidents_reportlink
    ADD CONSTRAINT incidents_reportlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_reportrule
    ADD CONSTRAINT incidents_reportrule_pkey PRIMARY KEY (system_id);
ALTER TABLE ONLY public.incidents_reproduction
    ADD CONSTRAINT incidents_reproduction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.incidents_triagetick
    ADD CONSTRAINT incidents_triagetick_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackannouncement
    ADD CONSTRAINT integrations_slackannouncement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackannouncement
    ADD CONSTRAINT integrations_slackannouncement_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.integrations_slackcapture
    ADD CONSTRAINT integrations_slackcapture_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackfault
    ADD CONSTRAINT integrations_slackfault_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackidentity
    ADD CONSTRAINT integrations_slackidentity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackidentity
    ADD CONSTRAINT integrations_slackidentity_slack_user_id_key UNIQUE (slack_user_id);
ALTER TABLE ONLY public.integrations_slackidentity
    ADD CONSTRAINT integrations_slackidentity_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.integrations_slackincidentchannel
    ADD CONSTRAINT integrations_slackincidentchannel_incident_id_key UNIQUE (incident_id);
ALTER TABLE ONLY public.integrations_slackincidentchannel
    ADD CONSTRAINT integrations_slackincidentchannel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slacklimit
    ADD CONSTRAINT integrations_slacklimit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackpost
    ADD CONSTRAINT integrations_slackpost_key_key UNIQUE (key);
ALTER TABLE ONLY public.integrations_slackpost
    ADD CONSTRAINT integrations_slackpost_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackrequest
    ADD CONSTRAINT integrations_slackrequest_key_key UNIQUE (key);
ALTER TABLE ONLY public.integrations_slackrequest
    ADD CONSTRAINT integrations_slackrequest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slacksetting
    ADD CONSTRAINT integrations_slacksetting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackstranger
    ADD CONSTRAINT integrations_slackstranger_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackstranger
    ADD CONSTRAINT integrations_slackstranger_slack_user_id_key UNIQUE (slack_user_id);
ALTER TABLE ONLY public.integrations_slackworkspace
    ADD CONSTRAINT integrations_slackworkspace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_slackworkspace
    ADD CONSTRAINT integrations_slackworkspace_token_digest_key UNIQUE (token_digest);
ALTER TABLE ONLY public.integrations_snssubscription
    ADD CONSTRAINT integrations_snssubscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_vapidkey
    ADD CONSTRAINT integrations_vapidkey_pkey PRIMARY KEY ("only");
ALTER TABLE ONLY public.core_jobrun
    ADD CONSTRAINT jobrun_once UNIQUE (job, slot);
ALTER TABLE ONLY public.incidents_keptreceipt
    ADD CONSTRAINT kept_receipt_once UNIQUE (incident_id, receipt_id);
ALTER TABLE ONLY public.catalog_kpi
    ADD CONSTRAINT kpi_once UNIQUE (system_id, slug);
ALTER TABLE ONLY public.catalog_kpivalue
    ADD CONSTRAINT kpi_value_once UNIQUE (kpi_id, start);
ALTER TABLE ONLY public.aire_web_manageddocument
    ADD CONSTRAINT managed_document_once UNIQUE (kind, identity);
ALTER TABLE ONLY public.accounts_teammembership
    ADD CONSTRAINT membership_once UNIQUE (team_id, user_id);
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_notificationrule
    ADD CONSTRAINT notification_rule_once UNIQUE (user_id, urgency, "position");
ALTER TABLE ONLY public.notifications_channelchoice
    ADD CONSTRAINT notifications_channelchoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_contactmethod
    ADD CONSTRAINT notifications_contactmethod_handle_e57358d0_uniq UNIQUE (handle);
ALTER TABLE ONLY public.notifications_contactmethod
    ADD CONSTRAINT notifications_contactmethod_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_contactmethod
    ADD CONSTRAINT notifications_contactmethod_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.notifications_delivery
    ADD CONSTRAINT notifications_delivery_obligation_key_key UNIQUE (obligation_key);
ALTER TABLE ONLY public.notifications_delivery
    ADD CONSTRAINT notifications_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_deliveryattempt
    ADD CONSTRAINT notifications_deliveryattempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_deliveryreport
    ADD CONSTRAINT notifications_deliveryreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_inboxitem
    ADD CONSTRAINT notifications_inboxitem_delivery_id_key UNIQUE (delivery_id);
ALTER TABLE ONLY public.notifications_inboxitem
    ADD CONSTRAINT notifications_inboxitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_notificationrule
    ADD CONSTRAINT notifications_notificationrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_outgoingwebhook
    ADD CONSTRAINT notifications_outgoingwebhook_contact_id_key UNIQUE (contact_id);
ALTER TABLE ONLY public.notifications_outgoingwebhook
    ADD CONSTRAINT notifications_outgoingwebhook_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_quiethours
    ADD CONSTRAINT notifications_quiethours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications_quiethours
    ADD CONSTRAINT notifications_quiethours_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.oncall_calendarfeed
    ADD CONSTRAINT oncall_calendarfeed_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.oncall_calendarfeed
    ADD CONSTRAINT oncall_calendarfeed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_escalation
    ADD CONSTRAINT oncall_escalation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_escalationpolicy
    ADD CONSTRAINT oncall_escalationpolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_escalationpolicy
    ADD CONSTRAINT oncall_escalationpolicy_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.oncall_escalationtimer
    ADD CONSTRAINT oncall_escalationtimer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_handoffnote
    ADD CONSTRAINT oncall_handoffnote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_holidayplace
    ADD CONSTRAINT oncall_holidayplace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_holidayplace
    ADD CONSTRAINT oncall_holidayplace_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.oncall_override
    ADD CONSTRAINT oncall_override_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_page
    ADD CONSTRAINT oncall_page_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_payrule
    ADD CONSTRAINT oncall_payrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_payrule
    ADD CONSTRAINT oncall_payrule_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.oncall_policystep
    ADD CONSTRAINT oncall_policystep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_rotation
    ADD CONSTRAINT oncall_rotation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_rotationchange
    ADD CONSTRAINT oncall_rotationchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_rotationchangemember
    ADD CONSTRAINT oncall_rotationchangemember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_rotationmember
    ADD CONSTRAINT oncall_rotationmember_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_roundrobin
    ADD CONSTRAINT oncall_roundrobin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_schedule
    ADD CONSTRAINT oncall_schedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_schedule
    ADD CONSTRAINT oncall_schedule_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.oncall_shadow
    ADD CONSTRAINT oncall_shadow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_shiftnotice
    ADD CONSTRAINT oncall_shiftnotice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_systempolicy
    ADD CONSTRAINT oncall_systempolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oncall_systempolicy
    ADD CONSTRAINT oncall_systempolicy_system_id_key UNIQUE (system_id);
ALTER TABLE ONLY public.oncall_timeoff
    ADD CONSTRAINT oncall_timeoff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_reportdraft
    ADD CONSTRAINT one_draft_a_form UNIQUE NULLS NOT DISTINCT (incident_id, form, clock_id);
ALTER TABLE ONLY public.slos_openslodocument
    ADD CONSTRAINT openslo_once UNIQUE (kind, name);
ALTER TABLE ONLY public.catalog_systemowner
    ADD CONSTRAINT owner_once UNIQUE (system_id, discipline);
ALTER TABLE ONLY public.oncall_page
    ADD CONSTRAINT page_once UNIQUE (escalation_id, round, step, target);
ALTER TABLE ONLY public.catalog_systempart
    ADD CONSTRAINT part_once UNIQUE (system_id, kind, name);
ALTER TABLE ONLY public.playbooks_approval
    ADD CONSTRAINT playbooks_approval_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_connection
    ADD CONSTRAINT playbooks_connection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_connection
    ADD CONSTRAINT playbooks_connection_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.playbooks_playbook_systems
    ADD CONSTRAINT playbooks_playbook_systems_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_playbook_systems
    ADD CONSTRAINT playbooks_playbook_systems_playbook_id_system_id_955347d3_uniq UNIQUE (playbook_id, system_id);
ALTER TABLE ONLY public.playbooks_playbookrun
    ADD CONSTRAINT playbooks_playbookrun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT playbooks_runstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT playbooks_runstep_undoes_id_key UNIQUE (undoes_id);
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_actionevent
    ADD CONSTRAINT postmortems_actionevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_actionnudge
    ADD CONSTRAINT postmortems_actionnudge_key_key UNIQUE (key);
ALTER TABLE ONLY public.postmortems_actionnudge
    ADD CONSTRAINT postmortems_actionnudge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_addendum
    ADD CONSTRAINT postmortems_addendum_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_attachment
    ADD CONSTRAINT postmortems_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_attachmentcontent
    ADD CONSTRAINT postmortems_attachmentcontent_pkey PRIMARY KEY (attachment_id);
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT postmortems_citation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_clockdecision
    ADD CONSTRAINT postmortems_clockdecision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_clockphase
    ADD CONSTRAINT postmortems_clockphase_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_clockreminder
    ADD CONSTRAINT postmortems_clockreminder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_comment
    ADD CONSTRAINT postmortems_comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_declinedproposal
    ADD CONSTRAINT postmortems_declinedproposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_evidencehold
    ADD CONSTRAINT postmortems_evidencehold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_postmortem
    ADD CONSTRAINT postmortems_postmortem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_postmortemtemplate
    ADD CONSTRAINT postmortems_postmortemtemplate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_postmortemtemplate
    ADD CONSTRAINT postmortems_postmortemtemplate_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.postmortems_read
    ADD CONSTRAINT postmortems_read_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_regulatoryclock
    ADD CONSTRAINT postmortems_regulatoryclock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_reminder
    ADD CONSTRAINT postmortems_reminder_key_key UNIQUE (key);
ALTER TABLE ONLY public.postmortems_reminder
    ADD CONSTRAINT postmortems_reminder_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_reportdraft
    ADD CONSTRAINT postmortems_reportdraft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_review
    ADD CONSTRAINT postmortems_review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_section
    ADD CONSTRAINT postmortems_section_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_sectionrevision
    ADD CONSTRAINT postmortems_sectionrevision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_templateversion
    ADD CONSTRAINT postmortems_templateversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_tracker
    ADD CONSTRAINT postmortems_tracker_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_tracker
    ADD CONSTRAINT postmortems_tracker_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.postmortems_trackerdelivery
    ADD CONSTRAINT postmortems_trackerdelivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_trackerlink
    ADD CONSTRAINT postmortems_trackerlink_action_id_key UNIQUE (action_id);
ALTER TABLE ONLY public.postmortems_trackerlink
    ADD CONSTRAINT postmortems_trackerlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_unsavedtext
    ADD CONSTRAINT postmortems_unsavedtext_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_read
    ADD CONSTRAINT read_once UNIQUE (postmortem_id, user_id);
ALTER TABLE ONLY public.catalog_readinessanswer
    ADD CONSTRAINT readiness_answer_once UNIQUE (system_id, check_slug);
ALTER TABLE ONLY public.reports_savedfilter
    ADD CONSTRAINT report_filter_name_once UNIQUE (user_id, name);
ALTER TABLE ONLY public.reports_digestseat
    ADD CONSTRAINT reports_digestseat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reports_digestseat
    ADD CONSTRAINT reports_digestseat_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.reports_savedfilter
    ADD CONSTRAINT reports_savedfilter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_review
    ADD CONSTRAINT reviewer_once UNIQUE (postmortem_id, user_id);
ALTER TABLE ONLY public.postmortems_sectionrevision
    ADD CONSTRAINT revision_once UNIQUE (section_id, version);
ALTER TABLE ONLY public.oncall_rotationchange
    ADD CONSTRAINT rotation_change_once UNIQUE (rotation_id, since);
ALTER TABLE ONLY public.oncall_rotation
    ADD CONSTRAINT rotation_name_once UNIQUE (schedule_id, name);
ALTER TABLE ONLY public.oncall_rotationmember
    ADD CONSTRAINT rotation_position_once UNIQUE (rotation_id, "position");
ALTER TABLE ONLY public.oncall_roundrobin
    ADD CONSTRAINT round_robin_once UNIQUE (policy_id, "position");
ALTER TABLE ONLY public.slos_rulestate
    ADD CONSTRAINT rulestate_once UNIQUE (slo_id, rule);
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT runstep_once UNIQUE (run_id, "position");
ALTER TABLE ONLY public.postmortems_section
    ADD CONSTRAINT section_key_once UNIQUE (postmortem_id, key);
ALTER TABLE ONLY public.slos_series
    ADD CONSTRAINT series_once UNIQUE (sli_id, method, slice_seconds, slice_target);
ALTER TABLE ONLY public.oncall_shiftnotice
    ADD CONSTRAINT shift_notice_once UNIQUE (schedule_id, user_id, kind, at);
ALTER TABLE ONLY public.integrations_slackfault
    ADD CONSTRAINT slack_fault_once UNIQUE (code, subject);
ALTER TABLE ONLY public.integrations_slackcapture
    ADD CONSTRAINT slackcapture_once UNIQUE (incident_id, channel, ts, kind);
ALTER TABLE ONLY public.integrations_slacklimit
    ADD CONSTRAINT slacklimit_once UNIQUE (method, channel);
ALTER TABLE ONLY public.slos_slievaluator
    ADD CONSTRAINT sli_evaluator_once UNIQUE (sli_id, name);
ALTER TABLE ONLY public.slos_slodefinition
    ADD CONSTRAINT slodefinition_once UNIQUE (slo_id, version);
ALTER TABLE ONLY public.slos_arrival
    ADD CONSTRAINT slos_arrival_pkey PRIMARY KEY (sli_id);
ALTER TABLE ONLY public.slos_budgetday
    ADD CONSTRAINT slos_budgetday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_correction
    ADD CONSTRAINT slos_correction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_datasource
    ADD CONSTRAINT slos_datasource_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_datasource
    ADD CONSTRAINT slos_datasource_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.slos_daycount
    ADD CONSTRAINT slos_daycount_pkey PRIMARY KEY (series_id, at);
ALTER TABLE ONLY public.slos_exemption
    ADD CONSTRAINT slos_exemption_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_hourcount
    ADD CONSTRAINT slos_hourcount_pkey PRIMARY KEY (series_id, at);
ALTER TABLE ONLY public.slos_measurement
    ADD CONSTRAINT slos_measurement_pkey PRIMARY KEY (track_id, ended, started);
ALTER TABLE ONLY public.slos_obligation
    ADD CONSTRAINT slos_obligation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_openslodocument
    ADD CONSTRAINT slos_openslodocument_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_poll
    ADD CONSTRAINT slos_poll_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_poll
    ADD CONSTRAINT slos_poll_sli_id_key UNIQUE (sli_id);
ALTER TABLE ONLY public.slos_rulestate
    ADD CONSTRAINT slos_rulestate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_seenevent
    ADD CONSTRAINT slos_seenevent_pkey PRIMARY KEY (sli_id, key);
ALTER TABLE ONLY public.slos_series
    ADD CONSTRAINT slos_series_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_sli
    ADD CONSTRAINT slos_sli_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_sli
    ADD CONSTRAINT slos_sli_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.slos_slievaluator
    ADD CONSTRAINT slos_slievaluator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_slo
    ADD CONSTRAINT slos_slo_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_slo
    ADD CONSTRAINT slos_slo_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.slos_slodefinition
    ADD CONSTRAINT slos_slodefinition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_slostate
    ADD CONSTRAINT slos_slostate_pkey PRIMARY KEY (slo_id);
ALTER TABLE ONLY public.slos_stalehour
    ADD CONSTRAINT slos_stalehour_pkey PRIMARY KEY (sli_id, at);
ALTER TABLE ONLY public.slos_stream
    ADD CONSTRAINT slos_stream_pkey PRIMARY KEY (sli_id, key);
ALTER TABLE ONLY public.slos_tally
    ADD CONSTRAINT slos_tally_pkey PRIMARY KEY (sli_id, at, evaluator, cohort);
ALTER TABLE ONLY public.slos_track
    ADD CONSTRAINT slos_track_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.slos_unmatched
    ADD CONSTRAINT slos_unmatched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.integrations_snssubscription
    ADD CONSTRAINT sns_subscription_once UNIQUE (source_id, topic);
ALTER TABLE ONLY public.oncall_policystep
    ADD CONSTRAINT step_position_once UNIQUE (policy_id, "position");
ALTER TABLE ONLY public.taxonomy_cause
    ADD CONSTRAINT taxonomy_cause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomy_cause
    ADD CONSTRAINT taxonomy_cause_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.taxonomy_causeclass
    ADD CONSTRAINT taxonomy_causeclass_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.taxonomy_causeclass
    ADD CONSTRAINT taxonomy_causeclass_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.taxonomy_causerevision
    ADD CONSTRAINT taxonomy_causerevision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.postmortems_templateversion
    ADD CONSTRAINT templateversion_once UNIQUE (template_id, number);
ALTER TABLE ONLY public.oncall_escalationtimer
    ADD CONSTRAINT timer_once UNIQUE (escalation_id, round, step);
ALTER TABLE ONLY public.alerts_tombstone
    ADD CONSTRAINT tombstone_once UNIQUE (source_id, dedup_key, episode);
ALTER TABLE ONLY public.slos_track
    ADD CONSTRAINT track_once UNIQUE (sli_id, evaluator, cohort);
ALTER TABLE ONLY public.postmortems_trackerdelivery
    ADD CONSTRAINT tracker_delivery_once UNIQUE (tracker_id, delivery_id);
ALTER TABLE ONLY public.incidents_triagetick
    ADD CONSTRAINT triage_tick_once UNIQUE (incident_id, item);
ALTER TABLE ONLY public.slos_unmatched
    ADD CONSTRAINT unmatched_once_a_reason UNIQUE (source_id, signal, reason);
ALTER TABLE ONLY public.alerts_unplacedchange
    ADD CONSTRAINT unplaced_change_once UNIQUE (source_id, identity);
ALTER TABLE ONLY public.postmortems_unsavedtext
    ADD CONSTRAINT unsaved_once UNIQUE (section_id, user_id);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_apikey_slug_bcebe1f2_like ON public.accounts_apikey USING btree (slug varchar_pattern_ops);
CREATE INDEX accounts_apikey_user_id_bd902026 ON public.accounts_apikey USING btree (user_id);
CREATE INDEX accounts_auditentry_actor_id_3237b29c ON public.accounts_auditentry USING btree (actor_id);
CREATE INDEX accounts_team_slug_7567da3b_like ON public.accounts_team USING btree (slug varchar_pattern_ops);
CREATE INDEX accounts_teammembership_team_id_6a396f76 ON public.accounts_teammembership USING btree (team_id);
CREATE INDEX accounts_teammembership_user_id_abec1e79 ON public.accounts_teammembership USING btree (user_id);
CREATE INDEX action_by_cause ON public.postmortems_action USING btree (cause, status);
CREATE INDEX action_by_owner ON public.postmortems_action USING btree (owner_id, status);
CREATE INDEX action_by_team ON public.postmortems_action USING btree (team_id, status);
CREATE INDEX action_nudge_pending ON public.postmortems_actionnudge USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE UNIQUE INDEX action_proposal_once ON public.postmortems_action USING btree (incident_id, proposal) WHERE (NOT ((proposal)::text = ''::text));
CREATE INDEX action_recent ON public.postmortems_action USING btree (created_at DESC, id DESC);
CREATE INDEX action_search ON public.postmortems_action USING gin (search);
CREATE INDEX action_unfinished_due ON public.postmortems_action USING btree (due_on, id) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'in_progress'::character varying])::text[]));
CREATE INDEX actionevent_line ON public.postmortems_actionevent USING btree (action_id, at DESC, id DESC);
CREATE INDEX alert_by_source ON public.alerts_alert USING btree (source_id, listed_at DESC, id DESC);
CREATE INDEX alert_by_status ON public.alerts_alert USING btree (status, listed_at DESC, id DESC);
CREATE INDEX alert_by_system ON public.alerts_alert USING btree (system_id, listed_at DESC, id DESC);
CREATE INDEX alert_group ON public.alerts_alert USING btree (group_key);
CREATE INDEX alert_labels ON public.alerts_alert USING gin (labels jsonb_path_ops);
CREATE INDEX alert_recent ON public.alerts_alert USING btree (listed_at DESC, id DESC);
CREATE INDEX alert_silent ON public.alerts_alert USING btree (auto_resolve_at) WHERE ((auto_resolve_at IS NOT NULL) AND (NOT ((status)::text = 'resolved'::text)));
CREATE INDEX alert_title_words ON public.alerts_alert USING gin (to_tsvector('simple'::regconfig, (COALESCE(title, ''::character varying))::text));
CREATE INDEX alert_unresolved_key ON public.alerts_alert USING btree (source_id, dedup_key) WHERE (NOT ((status)::text = 'resolved'::text));
CREATE INDEX alerts_alert_route_id_d75ffffb ON public.alerts_alert USING btree (route_id);
CREATE INDEX alerts_alerttally_source_id_3913a590 ON public.alerts_alerttally USING btree (source_id);
CREATE INDEX alerts_flap_source_id_bbe1fc79 ON public.alerts_flap USING btree (source_id);
CREATE INDEX alerts_heartbeat_slug_3dee74c6_like ON public.alerts_heartbeat USING btree (slug varchar_pattern_ops);
CREATE INDEX alerts_heartbeat_source_id_19536762 ON public.alerts_heartbeat USING btree (source_id);
CREATE INDEX alerts_heartbeat_system_id_c8f1e2c3 ON public.alerts_heartbeat USING btree (system_id);
CREATE INDEX alerts_hold_alert_id_2ac38d4d ON public.alerts_hold USING btree (alert_id);
CREATE INDEX alerts_inhibition_slug_6fc35943_like ON public.alerts_inhibition USING btree (slug varchar_pattern_ops);
CREATE INDEX alerts_noisesettings_systems_noisesettings_id_37fc3230 ON public.alerts_noisesettings_systems USING btree (noisesettings_id);
CREATE INDEX alerts_noisesettings_systems_system_id_fb7f4fda ON public.alerts_noisesettings_systems USING btree (system_id);
CREATE INDEX alerts_rawbody_source_id_f39dcc45 ON public.alerts_rawbody USING btree (source_id);
CREATE INDEX receipt_set_aside ON ONLY public.alerts_receipt USING btree (received_at DESC) WHERE ((state)::text = 'set_aside'::text);
CREATE INDEX alerts_receipt_default_received_at_idx ON public.alerts_receipt_default USING btree (received_at DESC) WHERE ((state)::text = 'set_aside'::text);
CREATE INDEX receipt_new ON ONLY public.alerts_receipt USING btree (source_id, due_at) WHERE ((state)::text = 'new'::text);
CREATE INDEX alerts_receipt_default_source_id_due_at_idx ON public.alerts_receipt_default USING btree (source_id, due_at) WHERE ((state)::text = 'new'::text);
CREATE INDEX receipt_by_source ON ONLY public.alerts_receipt USING btree (source_id, received_at DESC, id DESC);
CREATE INDEX alerts_receipt_default_source_id_received_at_id_idx ON public.alerts_receipt_default USING btree (source_id, received_at DESC, id DESC);
CREATE INDEX alerts_route_escalation_policy_id_9f9633d3 ON public.alerts_route USING btree (escalation_policy_id);
CREATE INDEX alerts_route_slug_560038ca_like ON public.alerts_route USING btree (slug varchar_pattern_ops);
CREATE INDEX alerts_route_system_id_c934aeab ON public.alerts_route USING btree (system_id);
CREATE INDEX alerts_silence_created_by_id_eae13017 ON public.alerts_silence USING btree (created_by_id);
CREATE INDEX alerts_silence_slug_1df0146f_like ON public.alerts_silence USING btree (slug varchar_pattern_ops);
CREATE INDEX alerts_silence_system_id_74950a90 ON public.alerts_silence USING btree (system_id);
CREATE INDEX alerts_source_slug_e7cf6c3c_like ON public.alerts_source USING btree (slug varchar_pattern_ops);
CREATE INDEX alerts_source_system_id_19f18092 ON public.alerts_source USING btree (system_id);
CREATE INDEX alerts_sourcekey_source_id_615453ef ON public.alerts_sourcekey USING btree (source_id);
CREATE INDEX alerts_storm_source_id_e1475e65 ON public.alerts_storm USING btree (source_id);
CREATE INDEX alerts_unplacedchange_source_id_7cf62b6f ON public.alerts_unplacedchange USING btree (source_id);
CREATE INDEX alertstep_alert ON public.alerts_alertstep USING btree (alert_id, at, id);
CREATE INDEX audit_target ON public.accounts_auditentry USING btree (target_kind, target_ref, at DESC);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX budgetday_by_day ON public.slos_budgetday USING btree (day);
CREATE INDEX catalog_change_system_id_e6c65521 ON public.catalog_change USING btree (system_id);
CREATE INDEX catalog_kpi_slug_9af658a6 ON public.catalog_kpi USING btree (slug);
CREATE INDEX catalog_kpi_slug_9af658a6_like ON public.catalog_kpi USING btree (slug varchar_pattern_ops);
CREATE INDEX catalog_kpi_system_id_108ecb88 ON public.catalog_kpi USING btree (system_id);
CREATE INDEX catalog_kpivalue_kpi_id_7c0a14f2 ON public.catalog_kpivalue USING btree (kpi_id);
CREATE INDEX catalog_readinessanswer_owner_id_c6c3e860 ON public.catalog_readinessanswer USING btree (owner_id);
CREATE INDEX catalog_readinessanswer_system_id_cf4d07b4 ON public.catalog_readinessanswer USING btree (system_id);
CREATE INDEX catalog_readinessreview_by_id_1439fc86 ON public.catalog_readinessreview USING btree (by_id);
CREATE INDEX catalog_readinessreview_system_id_b90114a8 ON public.catalog_readinessreview USING btree (system_id);
CREATE INDEX catalog_system_slug_3f3bbc72_like ON public.catalog_system USING btree (slug varchar_pattern_ops);
CREATE INDEX catalog_system_team_id_8d2e7cb2 ON public.catalog_system USING btree (team_id);
CREATE INDEX catalog_systemdependency_depends_on_id_a1ca6dd9 ON public.catalog_systemdependency USING btree (depends_on_id);
CREATE INDEX catalog_systemdependency_system_id_3dcd8107 ON public.catalog_systemdependency USING btree (system_id);
CREATE INDEX catalog_systemowner_system_id_c12324d5 ON public.catalog_systemowner USING btree (system_id);
CREATE INDEX catalog_systemowner_user_id_c6647e7e ON public.catalog_systemowner USING btree (user_id);
CREATE INDEX catalog_systempart_system_id_e5017a6c ON public.catalog_systempart USING btree (system_id);
CREATE INDEX change_by_system ON public.catalog_change USING btree (system_id, occurred_at DESC, id DESC);
CREATE INDEX channel_digest_due ON public.chatops_channeldigest USING btree (due_at);
CREATE INDEX chatops_channeldigest_created_by_id_d17cfc94 ON public.chatops_channeldigest USING btree (created_by_id);
CREATE INDEX chatops_channeldigest_slug_76004d1a_like ON public.chatops_channeldigest USING btree (slug varchar_pattern_ops);
CREATE INDEX chatops_channeldigest_team_id_ddd7f4a3 ON public.chatops_channeldigest USING btree (team_id);
CREATE INDEX clock_by_state ON public.postmortems_regulatoryclock USING btree (state, started_at DESC, id DESC);
CREATE INDEX clock_phase_due ON public.postmortems_clockphase USING btree (due_at) WHERE (submitted_at IS NULL);
CREATE INDEX clock_reminder_due ON public.postmortems_clockreminder USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE UNIQUE INDEX clock_reminder_once ON public.postmortems_clockreminder USING btree (phase_id, kind) WHERE ((state)::text = 'pending'::text);
CREATE INDEX core_idempotentcall_user_id_d532636a ON public.core_idempotentcall USING btree (user_id);
CREATE INDEX correction_present ON public.slos_correction USING btree (slo_id, "end") WHERE (withdrawn_at IS NULL);
CREATE INDEX daycount_by_time ON public.slos_daycount USING btree (at);
CREATE INDEX delivered_age ON public.alerts_delivered USING btree (recorded_at);
CREATE INDEX delivery_limits ON public.notifications_delivery USING btree (user_id, channel, begun_at) WHERE ((channel)::text = ANY ((ARRAY['sms'::character varying, 'voice'::character varying])::text[]));
CREATE INDEX delivery_origin ON public.notifications_delivery USING btree (origin);
CREATE INDEX delivery_pending ON public.notifications_delivery USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX delivery_subject ON public.notifications_delivery USING btree (subject_key, created_at);
CREATE INDEX digest_pending ON public.reports_digestseat USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX drill_recent ON public.incidents_drill USING btree (started_at DESC, id DESC);
CREATE INDEX drill_running ON public.incidents_drill USING btree (due_to_end_at) WHERE (ended_at IS NULL);
CREATE INDEX drill_schedule_due ON public.incidents_drillschedule USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX drill_send_pending ON public.incidents_drillsend USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX escalation_subject ON public.oncall_escalation USING btree (subject_key, started_at DESC);
CREATE INDEX evidencesample_regressed ON public.incidents_evidencesample USING btree (incident_id) WHERE ("case" AND ((case_state)::text = 'regressed'::text));
CREATE INDEX evidencesample_sealed ON public.incidents_evidencesample USING btree (added_at) WHERE (NOT (sealed = ''::text));
CREATE INDEX flap_age ON public.alerts_flap USING btree (changed_at);
CREATE INDEX handoff_newest ON public.oncall_handoffnote USING btree (schedule_id, written_at DESC);
CREATE INDEX heartbeat_due ON public.alerts_heartbeat USING btree (due_at) WHERE ((state)::text = 'watched'::text);
CREATE INDEX hold_by_alert ON public.alerts_hold USING btree (by_alert) WHERE (by_alert IS NOT NULL);
CREATE INDEX hold_by_rule ON public.alerts_hold USING btree (kind, ref);
CREATE INDEX hold_due ON public.alerts_hold USING btree (due_at);
CREATE INDEX hourcount_by_time ON public.slos_hourcount USING btree (at);
CREATE INDEX idempotent_age ON public.core_idempotentcall USING btree (created_at);
CREATE INDEX inbox_user ON public.notifications_inboxitem USING btree (user_id, created_at DESC);
CREATE INDEX incident_active ON public.incidents_incident USING btree (opened_at DESC, id DESC) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'acknowledged'::character varying, 'mitigated'::character varying])::text[]));
CREATE INDEX incident_by_status ON public.incidents_incident USING btree (status, opened_at DESC, id DESC);
CREATE INDEX incident_not_closed ON public.incidents_incident USING btree (resolved_at) WHERE ((status)::text = 'resolved'::text);
CREATE INDEX incident_recent ON public.incidents_incident USING btree (opened_at DESC, id DESC);
CREATE INDEX incident_reminder_due ON public.incidents_incidentreminder USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX incident_search ON public.incidents_incident USING gin (search);
CREATE INDEX incidentalert_joined ON public.incidents_incidentalert USING btree (incident_id, joined_at DESC);
CREATE INDEX incidentcause_cause ON public.incidents_incidentcause USING btree (cause_id, incident_id);
CREATE INDEX incidentevent_line ON public.incidents_incidentevent USING btree (incident_id, occurred_at DESC, id DESC);
CREATE INDEX incidentevent_replaces ON public.incidents_incidentevent USING btree (replaces_id) WHERE (replaces_id IS NOT NULL);
CREATE INDEX incidents_affectedcount_incident_id_0201b883 ON public.incidents_affectedcount USING btree (incident_id);
CREATE INDEX incidents_caseresult_sample_id_b187eb6b ON public.incidents_caseresult USING btree (sample_id);
CREATE INDEX incidents_causeevidence_cause_id_5a82b473 ON public.incidents_causeevidence USING btree (cause_id);
CREATE INDEX incidents_causeevidence_sample_id_6b91a1ea ON public.incidents_causeevidence USING btree (sample_id);
CREATE INDEX incidents_drill_started_by_id_9ace4238 ON public.incidents_drill USING btree (started_by_id);
CREATE INDEX incidents_drill_system_id_71e1b033 ON public.incidents_drill USING btree (system_id);
CREATE INDEX incidents_drillschedule_last_drill_id_3fd642d5 ON public.incidents_drillschedule USING btree (last_drill_id);
CREATE INDEX incidents_drillschedule_slug_10e1fcb5_like ON public.incidents_drillschedule USING btree (slug varchar_pattern_ops);
CREATE INDEX incidents_drillschedule_system_id_d27c3509 ON public.incidents_drillschedule USING btree (system_id);
CREATE INDEX incidents_drillsend_drill_id_c612de32 ON public.incidents_drillsend USING btree (drill_id);
CREATE INDEX incidents_evidencereport_incident_id_60488575 ON public.incidents_evidencereport USING btree (incident_id);
CREATE INDEX incidents_evidencesample_incident_id_cfb0c9e7 ON public.incidents_evidencesample USING btree (incident_id);
CREATE INDEX incidents_incident_escalation_policy_id_6ceb203f ON public.incidents_incident USING btree (escalation_policy_id);
CREATE INDEX incidents_incident_merged_into_id_75509a6d ON public.incidents_incident USING btree (merged_into_id);
CREATE INDEX incidents_incident_opened_by_id_06ceaa88 ON public.incidents_incident USING btree (opened_by_id);
CREATE INDEX incidents_incidentalert_incident_id_289d6010 ON public.incidents_incidentalert USING btree (incident_id);
CREATE INDEX incidents_incidentcause_cause_id_40152901 ON public.incidents_incidentcause USING btree (cause_id);
CREATE INDEX incidents_incidentcause_incident_id_8a591397 ON public.incidents_incidentcause USING btree (incident_id);
CREATE INDEX incidents_incidentcause_set_by_id_a3ccdfee ON public.incidents_incidentcause USING btree (set_by_id);
CREATE INDEX incidents_incidentevent_actor_id_098f99cf ON public.incidents_incidentevent USING btree (actor_id);
CREATE INDEX incidents_incidentevent_incident_id_98972806 ON public.incidents_incidentevent USING btree (incident_id);
CREATE INDEX incidents_incidentfile_event_id_d648e2db ON public.incidents_incidentfile USING btree (event_id);
CREATE INDEX incidents_incidentfile_incident_id_b6bf1eb0 ON public.incidents_incidentfile USING btree (incident_id);
CREATE INDEX incidents_incidentmember_incident_id_f94c2bb4 ON public.incidents_incidentmember USING btree (incident_id);
CREATE INDEX incidents_incidentmember_user_id_12c376fc ON public.incidents_incidentmember USING btree (user_id);
CREATE INDEX incidents_incidentreminder_incident_id_66c19cf4 ON public.incidents_incidentreminder USING btree (incident_id);
CREATE INDEX incidents_incidentrole_incident_id_4005e0cd ON public.incidents_incidentrole USING btree (incident_id);
CREATE INDEX incidents_incidentrole_user_id_9074890c ON public.incidents_incidentrole USING btree (user_id);
CREATE INDEX incidents_incidentseen_incident_id_90dd491e ON public.incidents_incidentseen USING btree (incident_id);
CREATE INDEX incidents_incidentseen_user_id_e8d43063 ON public.incidents_incidentseen USING btree (user_id);
CREATE INDEX incidents_incidentsystem_incident_id_72604025 ON public.incidents_incidentsystem USING btree (incident_id);
CREATE INDEX incidents_incidentsystem_system_id_0c655d6f ON public.incidents_incidentsystem USING btree (system_id);
CREATE INDEX incidents_incidenttask_incident_id_633a569f ON public.incidents_incidenttask USING btree (incident_id);
CREATE INDEX incidents_incidenttask_owner_id_da3db053 ON public.incidents_incidenttask USING btree (owner_id);
CREATE INDEX incidents_incidentupdate_author_id_95cc631c ON public.incidents_incidentupdate USING btree (author_id);
CREATE INDEX incidents_incidentupdate_incident_id_3962c97b ON public.incidents_incidentupdate USING btree (incident_id);
CREATE INDEX incidents_keptreceipt_incident_id_3218aeca ON public.incidents_keptreceipt USING btree (incident_id);
CREATE INDEX incidents_onsetestimate_incident_id_41ad260a ON public.incidents_onsetestimate USING btree (incident_id);
CREATE INDEX incidents_peoplereport_by_id_4f61dcde ON public.incidents_peoplereport USING btree (by_id);
CREATE INDEX incidents_peoplereport_cluster_id_81f8f9bd ON public.incidents_peoplereport USING btree (cluster_id);
CREATE INDEX incidents_peoplereport_link_id_e58c2066 ON public.incidents_peoplereport USING btree (link_id);
CREATE INDEX incidents_reportband_cluster_id_19ab7bfc ON public.incidents_reportband USING btree (cluster_id);
CREATE INDEX incidents_reportcluster_incident_id_67b06fb8 ON public.incidents_reportcluster USING btree (incident_id);
CREATE INDEX incidents_reportcluster_system_id_b7c72f97 ON public.incidents_reportcluster USING btree (system_id);
CREATE INDEX incidents_reportlink_system_id_e4e31714 ON public.incidents_reportlink USING btree (system_id);
CREATE INDEX incidents_reproduction_incident_id_f79d7bf6 ON public.incidents_reproduction USING btree (incident_id);
CREATE INDEX incidents_reproduction_sample_id_a03aad43 ON public.incidents_reproduction USING btree (sample_id);
CREATE INDEX incidents_triagetick_incident_id_b367de81 ON public.incidents_triagetick USING btree (incident_id);
CREATE INDEX incidentupdate_latest ON public.incidents_incidentupdate USING btree (incident_id, said_at DESC, id DESC);
CREATE INDEX integrations_slackannouncement_slug_069a09dc_like ON public.integrations_slackannouncement USING btree (slug varchar_pattern_ops);
CREATE INDEX integrations_slackannouncement_system_id_2e352b97 ON public.integrations_slackannouncement USING btree (system_id);
CREATE INDEX integrations_slackannouncement_team_id_37305a02 ON public.integrations_slackannouncement USING btree (team_id);
CREATE INDEX integrations_slackcapture_by_id_b999ff02 ON public.integrations_slackcapture USING btree (by_id);
CREATE INDEX integrations_slackcapture_incident_id_30385d71 ON public.integrations_slackcapture USING btree (incident_id);
CREATE INDEX integrations_slackidentity_slack_user_id_6b38dfc5_like ON public.integrations_slackidentity USING btree (slack_user_id varchar_pattern_ops);
CREATE INDEX integrations_slackincidentchannel_channel_id_0691e48c ON public.integrations_slackincidentchannel USING btree (channel_id);
CREATE INDEX integrations_slackincidentchannel_channel_id_0691e48c_like ON public.integrations_slackincidentchannel USING btree (channel_id varchar_pattern_ops);
CREATE INDEX integrations_slackpost_incident_id_d026f0d3 ON public.integrations_slackpost USING btree (incident_id);
CREATE INDEX integrations_slackpost_key_c9bde6ce_like ON public.integrations_slackpost USING btree (key varchar_pattern_ops);
CREATE INDEX integrations_slackpost_thread_id_e67ed4cb ON public.integrations_slackpost USING btree (thread_id);
CREATE INDEX integrations_slackrequest_key_97e62d28_like ON public.integrations_slackrequest USING btree (key varchar_pattern_ops);
CREATE INDEX integrations_slackstranger_slack_user_id_449b12a0_like ON public.integrations_slackstranger USING btree (slack_user_id varchar_pattern_ops);
CREATE INDEX integrations_slackworkspace_token_digest_bf87b4eb_like ON public.integrations_slackworkspace USING btree (token_digest varchar_pattern_ops);
CREATE INDEX integrations_snssubscription_source_id_2c889587 ON public.integrations_snssubscription USING btree (source_id);
CREATE INDEX look_waiting ON public.alerts_look USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX measurement_by_time ON public.slos_measurement USING btree (ended);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX notifications_channelchoice_user_id_e5acb6b6 ON public.notifications_channelchoice USING btree (user_id);
CREATE INDEX notifications_contactmethod_handle_e57358d0_like ON public.notifications_contactmethod USING btree (handle varchar_pattern_ops);
CREATE INDEX notifications_contactmethod_slug_9a14c3fe_like ON public.notifications_contactmethod USING btree (slug varchar_pattern_ops);
CREATE INDEX notifications_contactmethod_user_id_939cc97a ON public.notifications_contactmethod USING btree (user_id);
CREATE INDEX notifications_delivery_contact_id_11e1acf8 ON public.notifications_delivery USING btree (contact_id);
CREATE INDEX notifications_delivery_obligation_key_a95d8987_like ON public.notifications_delivery USING btree (obligation_key varchar_pattern_ops);
CREATE INDEX notifications_delivery_user_id_70f8752d ON public.notifications_delivery USING btree (user_id);
CREATE INDEX notifications_deliveryattempt_delivery_id_3834a62a ON public.notifications_deliveryattempt USING btree (delivery_id);
CREATE INDEX notifications_deliveryreport_delivery_id_4c6a5ba3 ON public.notifications_deliveryreport USING btree (delivery_id);
CREATE INDEX notifications_inboxitem_user_id_b803e252 ON public.notifications_inboxitem USING btree (user_id);
CREATE INDEX notifications_notificationrule_contact_id_ac1e0b4c ON public.notifications_notificationrule USING btree (contact_id);
CREATE INDEX notifications_notificationrule_user_id_a595a27d ON public.notifications_notificationrule USING btree (user_id);
CREATE UNIQUE INDEX obligation_one_present ON public.slos_obligation USING btree (slo_id, rule) WHERE (until IS NULL);
CREATE INDEX oncall_calendarfeed_owner_id_67e8a43b ON public.oncall_calendarfeed USING btree (owner_id);
CREATE INDEX oncall_calendarfeed_schedule_id_549cb780 ON public.oncall_calendarfeed USING btree (schedule_id);
CREATE INDEX oncall_escalationpolicy_slug_f8750d4c_like ON public.oncall_escalationpolicy USING btree (slug varchar_pattern_ops);
CREATE INDEX oncall_escalationtimer_escalation_id_22e31524 ON public.oncall_escalationtimer USING btree (escalation_id);
CREATE INDEX oncall_handoffnote_author_id_c9458b69 ON public.oncall_handoffnote USING btree (author_id);
CREATE INDEX oncall_handoffnote_schedule_id_999fafc6 ON public.oncall_handoffnote USING btree (schedule_id);
CREATE INDEX oncall_override_created_by_id_00730086 ON public.oncall_override USING btree (created_by_id);
CREATE INDEX oncall_override_replaces_id_8eb1d532 ON public.oncall_override USING btree (replaces_id);
CREATE INDEX oncall_override_schedule_id_cafd4435 ON public.oncall_override USING btree (schedule_id);
CREATE INDEX oncall_override_user_id_43ec4815 ON public.oncall_override USING btree (user_id);
CREATE INDEX oncall_page_escalation_id_1f130d19 ON public.oncall_page USING btree (escalation_id);
CREATE INDEX oncall_page_user_id_c7c28ffa ON public.oncall_page USING btree (user_id);
CREATE INDEX oncall_payrule_slug_6d2e8186_like ON public.oncall_payrule USING btree (slug varchar_pattern_ops);
CREATE INDEX oncall_policystep_policy_id_2354f317 ON public.oncall_policystep USING btree (policy_id);
CREATE INDEX oncall_policytarget_contact_id_3674daa1 ON public.oncall_policytarget USING btree (contact_id);
CREATE INDEX oncall_policytarget_schedule_id_2e74ecc9 ON public.oncall_policytarget USING btree (schedule_id);
CREATE INDEX oncall_policytarget_step_id_1f3ff927 ON public.oncall_policytarget USING btree (step_id);
CREATE INDEX oncall_policytarget_team_id_d8828c7e ON public.oncall_policytarget USING btree (team_id);
CREATE INDEX oncall_policytarget_user_id_597a9b03 ON public.oncall_policytarget USING btree (user_id);
CREATE INDEX oncall_rotation_schedule_id_3d723e5b ON public.oncall_rotation USING btree (schedule_id);
CREATE INDEX oncall_rotationchange_rotation_id_c9d70a07 ON public.oncall_rotationchange USING btree (rotation_id);
CREATE INDEX oncall_rotationchangemember_change_id_4b136622 ON public.oncall_rotationchangemember USING btree (change_id);
CREATE INDEX oncall_rotationchangemember_user_id_9226c6c9 ON public.oncall_rotationchangemember USING btree (user_id);
CREATE INDEX oncall_rotationmember_rotation_id_d7384021 ON public.oncall_rotationmember USING btree (rotation_id);
CREATE INDEX oncall_rotationmember_user_id_81d7f170 ON public.oncall_rotationmember USING btree (user_id);
CREATE INDEX oncall_roundrobin_policy_id_95a242b9 ON public.oncall_roundrobin USING btree (policy_id);
CREATE INDEX oncall_schedule_slug_25d365c8_like ON public.oncall_schedule USING btree (slug varchar_pattern_ops);
CREATE INDEX oncall_shiftnotice_schedule_id_5e910e67 ON public.oncall_shiftnotice USING btree (schedule_id);
CREATE INDEX oncall_shiftnotice_user_id_e7d25458 ON public.oncall_shiftnotice USING btree (user_id);
CREATE INDEX oncall_swaprequest_asker_id_c9c468bf ON public.oncall_swaprequest USING btree (asker_id);
CREATE INDEX oncall_swaprequest_override_id_b3e15ef7 ON public.oncall_swaprequest USING btree (override_id);
CREATE INDEX oncall_swaprequest_partner_id_2faf25dc ON public.oncall_swaprequest USING btree (partner_id);
CREATE INDEX oncall_swaprequest_return_override_id_4357903e ON public.oncall_swaprequest USING btree (return_override_id);
CREATE INDEX oncall_swaprequest_schedule_id_78135bdc ON public.oncall_swaprequest USING btree (schedule_id);
CREATE INDEX oncall_swaprequest_taken_by_id_b7dce9d7 ON public.oncall_swaprequest USING btree (taken_by_id);
CREATE INDEX oncall_systempolicy_policy_id_e7ba0f83 ON public.oncall_systempolicy USING btree (policy_id);
CREATE INDEX oncall_timeoff_created_by_id_5bbc5ce2 ON public.oncall_timeoff USING btree (created_by_id);
CREATE INDEX oncall_timeoff_user_id_9c145748 ON public.oncall_timeoff USING btree (user_id);
CREATE UNIQUE INDEX one_active_incident_per_group ON public.incidents_incident USING btree (grouping_key) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'acknowledged'::character varying, 'mitigated'::character varying])::text[]));
CREATE UNIQUE INDEX one_active_postmortem_an_incident ON public.postmortems_postmortem USING btree (incident_id) WHERE (set_aside_at IS NULL);
CREATE UNIQUE INDEX one_fallback_policy ON public.oncall_escalationpolicy USING btree (is_fallback) WHERE is_fallback;
CREATE UNIQUE INDEX one_hold_an_incident ON public.postmortems_evidencehold USING btree (incident_id) WHERE (lifted_at IS NULL);
CREATE UNIQUE INDEX one_open_decision ON public.postmortems_clockdecision USING btree (clock_id) WHERE ((outcome)::text = 'proposed'::text);
CREATE UNIQUE INDEX one_running_clock_a_trigger ON public.postmortems_regulatoryclock USING btree (incident_id, rule, trigger) WHERE ((state)::text = 'running'::text);
CREATE UNIQUE INDEX one_running_drill_a_system ON public.incidents_drill USING btree (system_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_running_escalation ON public.oncall_escalation USING btree (subject_key) WHERE ((state)::text = 'running'::text);
CREATE UNIQUE INDEX one_shadow_a_scope ON public.oncall_shadow USING btree (scope) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_storm_a_source ON public.alerts_storm USING btree (source_id) WHERE (ended_at IS NULL);
CREATE INDEX outbox_pending ON public.core_outboxtask USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX page_recent ON public.oncall_page USING btree (created_at DESC, id DESC);
CREATE INDEX page_user ON public.oncall_page USING btree (user_id, created_at DESC);
CREATE INDEX peoplereport_cluster ON public.incidents_peoplereport USING btree (cluster_id, reported_at DESC, id DESC);
CREATE INDEX peoplereport_link ON public.incidents_peoplereport USING btree (link_id, reported_at);
CREATE INDEX peoplereport_reporter ON public.incidents_peoplereport USING btree (reporter, reported_at);
CREATE INDEX peoplereport_sealed ON public.incidents_peoplereport USING btree (reported_at) WHERE (NOT (sealed = ''::text));
CREATE INDEX peoplereport_search ON public.incidents_peoplereport USING gin (search);
CREATE UNIQUE INDEX playbookrun_by_itself_once ON public.playbooks_playbookrun USING btree (playbook_id, incident_id) WHERE automatic;
CREATE INDEX playbookrun_due ON public.playbooks_playbookrun USING btree (due_at) WHERE ((state)::text = 'due'::text);
CREATE INDEX playbookrun_of_playbook ON public.playbooks_playbookrun USING btree (playbook_id, id DESC);
CREATE INDEX playbooks_approval_run_id_37df3f62 ON public.playbooks_approval USING btree (run_id);
CREATE INDEX playbooks_approval_user_id_2527fc83 ON public.playbooks_approval USING btree (user_id);
CREATE INDEX playbooks_connection_slug_47bd7aa5_like ON public.playbooks_connection USING btree (slug varchar_pattern_ops);
CREATE INDEX playbooks_playbook_owner_id_4cbe0cf6 ON public.playbooks_playbook USING btree (owner_id);
CREATE INDEX playbooks_playbook_slug_17cead53_like ON public.playbooks_playbook USING btree (slug varchar_pattern_ops);
CREATE INDEX playbooks_playbook_systems_playbook_id_25f996bd ON public.playbooks_playbook_systems USING btree (playbook_id);
CREATE INDEX playbooks_playbook_systems_system_id_a327f1e3 ON public.playbooks_playbook_systems USING btree (system_id);
CREATE INDEX playbooks_playbookrun_incident_id_f78eb1fc ON public.playbooks_playbookrun USING btree (incident_id);
CREATE INDEX playbooks_playbookrun_playbook_id_99512cf5 ON public.playbooks_playbookrun USING btree (playbook_id);
CREATE INDEX playbooks_playbookrun_started_by_id_54366dd8 ON public.playbooks_playbookrun USING btree (started_by_id);
CREATE INDEX playbooks_runstep_connection_id_ee9ac485 ON public.playbooks_runstep USING btree (connection_id);
CREATE INDEX playbooks_runstep_run_id_1738aa5c ON public.playbooks_runstep USING btree (run_id);
CREATE INDEX pm_reminder_pending ON public.postmortems_reminder USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX poll_due ON public.slos_poll USING btree (due_at);
CREATE INDEX postmortem_by_status ON public.postmortems_postmortem USING btree (status, created_at DESC, id DESC);
CREATE INDEX postmortem_recent ON public.postmortems_postmortem USING btree (created_at DESC, id DESC);
CREATE INDEX postmortem_search ON public.postmortems_postmortem USING gin (search);
CREATE INDEX postmortem_unpublished ON public.postmortems_postmortem USING btree (due_at) WHERE ((NOT ((status)::text = 'published'::text)) AND (set_aside_at IS NULL));
CREATE INDEX postmortems_action_created_by_id_159aac93 ON public.postmortems_action USING btree (created_by_id);
CREATE INDEX postmortems_action_incident_id_89d949d7 ON public.postmortems_action USING btree (incident_id);
CREATE INDEX postmortems_action_owner_id_18cfa9a6 ON public.postmortems_action USING btree (owner_id);
CREATE INDEX postmortems_action_postmortem_id_41440cb0 ON public.postmortems_action USING btree (postmortem_id);
CREATE INDEX postmortems_action_team_id_57739ce9 ON public.postmortems_action USING btree (team_id);
CREATE INDEX postmortems_actionevent_action_id_b9143212 ON public.postmortems_actionevent USING btree (action_id);
CREATE INDEX postmortems_actionevent_actor_id_4756124e ON public.postmortems_actionevent USING btree (actor_id);
CREATE INDEX postmortems_actionnudge_action_id_156cc586 ON public.postmortems_actionnudge USING btree (action_id);
CREATE INDEX postmortems_actionnudge_key_feeac11d_like ON public.postmortems_actionnudge USING btree (key varchar_pattern_ops);
CREATE INDEX postmortems_addendum_author_id_e5930554 ON public.postmortems_addendum USING btree (author_id);
CREATE INDEX postmortems_addendum_postmortem_id_c95cda3a ON public.postmortems_addendum USING btree (postmortem_id);
CREATE INDEX postmortems_attachment_added_by_id_5498e5ec ON public.postmortems_attachment USING btree (added_by_id);
CREATE INDEX postmortems_attachment_postmortem_id_b859d15a ON public.postmortems_attachment USING btree (postmortem_id);
CREATE INDEX postmortems_citation_cited_by_id_91b57deb ON public.postmortems_citation USING btree (cited_by_id);
CREATE INDEX postmortems_citation_postmortem_id_0987401f ON public.postmortems_citation USING btree (postmortem_id);
CREATE INDEX postmortems_citation_section_id_8aab72b1 ON public.postmortems_citation USING btree (section_id);
CREATE INDEX postmortems_clockdecision_clock_id_e10b1538 ON public.postmortems_clockdecision USING btree (clock_id);
CREATE INDEX postmortems_clockdecision_decided_by_id_05dd20d8 ON public.postmortems_clockdecision USING btree (decided_by_id);
CREATE INDEX postmortems_clockdecision_proposed_by_id_f06767af ON public.postmortems_clockdecision USING btree (proposed_by_id);
CREATE INDEX postmortems_clockphase_clock_id_7990d54e ON public.postmortems_clockphase USING btree (clock_id);
CREATE INDEX postmortems_clockphase_submitted_by_id_f9fefc8e ON public.postmortems_clockphase USING btree (submitted_by_id);
CREATE INDEX postmortems_clockreminder_phase_id_1a24c528 ON public.postmortems_clockreminder USING btree (phase_id);
CREATE INDEX postmortems_comment_author_id_dde0f504 ON public.postmortems_comment USING btree (author_id);
CREATE INDEX postmortems_comment_resolved_by_id_1fc2917e ON public.postmortems_comment USING btree (resolved_by_id);
CREATE INDEX postmortems_comment_section_id_94e653d1 ON public.postmortems_comment USING btree (section_id);
CREATE INDEX postmortems_declinedproposal_declined_by_id_a41a2cd2 ON public.postmortems_declinedproposal USING btree (declined_by_id);
CREATE INDEX postmortems_declinedproposal_incident_id_37aa3929 ON public.postmortems_declinedproposal USING btree (incident_id);
CREATE INDEX postmortems_evidencehold_incident_id_f037496b ON public.postmortems_evidencehold USING btree (incident_id);
CREATE INDEX postmortems_evidencehold_lifted_by_id_1c2e51a4 ON public.postmortems_evidencehold USING btree (lifted_by_id);
CREATE INDEX postmortems_evidencehold_placed_by_id_2c89bc6c ON public.postmortems_evidencehold USING btree (placed_by_id);
CREATE INDEX postmortems_postmortem_incident_id_4f022498 ON public.postmortems_postmortem USING btree (incident_id);
CREATE INDEX postmortems_postmortem_owner_id_44d73a51 ON public.postmortems_postmortem USING btree (owner_id);
CREATE INDEX postmortems_postmortem_published_by_id_3f0ffca6 ON public.postmortems_postmortem USING btree (published_by_id);
CREATE INDEX postmortems_postmortem_template_version_id_bb912f5a ON public.postmortems_postmortem USING btree (template_version_id);
CREATE INDEX postmortems_postmortemtemplate_slug_6a49febc_like ON public.postmortems_postmortemtemplate USING btree (slug varchar_pattern_ops);
CREATE INDEX postmortems_read_postmortem_id_baaa4341 ON public.postmortems_read USING btree (postmortem_id);
CREATE INDEX postmortems_read_user_id_d43d8ca1 ON public.postmortems_read USING btree (user_id);
CREATE INDEX postmortems_regulatoryclock_incident_id_4c46d3c1 ON public.postmortems_regulatoryclock USING btree (incident_id);
CREATE INDEX postmortems_regulatoryclock_owner_id_1ed51ac2 ON public.postmortems_regulatoryclock USING btree (owner_id);
CREATE INDEX postmortems_regulatoryclock_started_by_id_35c0e29b ON public.postmortems_regulatoryclock USING btree (started_by_id);
CREATE INDEX postmortems_reminder_key_a9070edd_like ON public.postmortems_reminder USING btree (key varchar_pattern_ops);
CREATE INDEX postmortems_reminder_postmortem_id_821be357 ON public.postmortems_reminder USING btree (postmortem_id);
CREATE INDEX postmortems_reportdraft_clock_id_aadb40a6 ON public.postmortems_reportdraft USING btree (clock_id);
CREATE INDEX postmortems_reportdraft_incident_id_695cf5c1 ON public.postmortems_reportdraft USING btree (incident_id);
CREATE INDEX postmortems_reportdraft_updated_by_id_d46c6bb3 ON public.postmortems_reportdraft USING btree (updated_by_id);
CREATE INDEX postmortems_review_postmortem_id_42b2b4b2 ON public.postmortems_review USING btree (postmortem_id);
CREATE INDEX postmortems_review_user_id_96cdd560 ON public.postmortems_review USING btree (user_id);
CREATE INDEX postmortems_section_key_67ffabcc ON public.postmortems_section USING btree (key);
CREATE INDEX postmortems_section_key_67ffabcc_like ON public.postmortems_section USING btree (key varchar_pattern_ops);
CREATE INDEX postmortems_section_postmortem_id_c1942628 ON public.postmortems_section USING btree (postmortem_id);
CREATE INDEX postmortems_section_updated_by_id_f4c1ee62 ON public.postmortems_section USING btree (updated_by_id);
CREATE INDEX postmortems_sectionrevision_author_id_428d5b3a ON public.postmortems_sectionrevision USING btree (author_id);
CREATE INDEX postmortems_sectionrevision_section_id_4d7c8233 ON public.postmortems_sectionrevision USING btree (section_id);
CREATE INDEX postmortems_templateversion_created_by_id_73146fbd ON public.postmortems_templateversion USING btree (created_by_id);
CREATE INDEX postmortems_templateversion_template_id_897ff0c1 ON public.postmortems_templateversion USING btree (template_id);
CREATE INDEX postmortems_tracker_slug_02da68dd_like ON public.postmortems_tracker USING btree (slug varchar_pattern_ops);
CREATE INDEX postmortems_tracker_team_id_b7327e8e ON public.postmortems_tracker USING btree (team_id);
CREATE INDEX postmortems_trackerdelivery_tracker_id_8579c143 ON public.postmortems_trackerdelivery USING btree (tracker_id);
CREATE INDEX postmortems_trackerlink_tracker_id_d0cf8886 ON public.postmortems_trackerlink USING btree (tracker_id);
CREATE INDEX postmortems_unsavedtext_section_id_1dd03153 ON public.postmortems_unsavedtext USING btree (section_id);
CREATE INDEX postmortems_unsavedtext_user_id_559f9fae ON public.postmortems_unsavedtext USING btree (user_id);
CREATE INDEX rawbody_delete ON public.alerts_rawbody USING btree (delete_at);
CREATE INDEX readiness_by_system ON public.catalog_readinessreview USING btree (system_id, at DESC);
CREATE INDEX reportband_key ON public.incidents_reportband USING btree (key, cluster_id);
CREATE INDEX reportcluster_largest ON public.incidents_reportcluster USING btree (count DESC, id DESC);
CREATE INDEX reportcluster_latest ON public.incidents_reportcluster USING btree (last_at DESC, id DESC);
CREATE INDEX reportcluster_system ON public.incidents_reportcluster USING btree (system_id, last_at DESC, id DESC);
CREATE INDEX reportcluster_unlinked ON public.incidents_reportcluster USING btree (alerted_at) WHERE ((alerted_at IS NOT NULL) AND (incident_id IS NULL));
CREATE INDEX reports_digestseat_team_id_acdcb3ce ON public.reports_digestseat USING btree (team_id);
CREATE INDEX reports_savedfilter_team_id_89c09f89 ON public.reports_savedfilter USING btree (team_id);
CREATE INDEX reports_savedfilter_user_id_dd4f0dc8 ON public.reports_savedfilter USING btree (user_id);
CREATE INDEX review_waiting ON public.postmortems_review USING btree (user_id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX rulestate_firing ON public.slos_rulestate USING btree (slo_id) WHERE firing;
CREATE INDEX section_search ON public.postmortems_section USING gin (search);
CREATE INDEX seenevent_by_time ON public.slos_seenevent USING btree (seen_at);
CREATE INDEX shift_notice_pending ON public.oncall_shiftnotice USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX silence_due ON public.alerts_silence USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX silence_last_end ON public.alerts_silence USING btree (last_ends_at);
CREATE INDEX silence_recent ON public.alerts_silence USING btree (created_at DESC, id DESC);
CREATE INDEX slack_request_age ON public.integrations_slackrequest USING btree (received_at);
CREATE INDEX slack_request_pending ON public.integrations_slackrequest USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX slack_request_waiting ON public.integrations_slackrequest USING btree (slack_user_id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX slackcapture_message ON public.integrations_slackcapture USING btree (channel, ts);
CREATE INDEX slackcapture_pending ON public.integrations_slackcapture USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX slackchannel_pending ON public.integrations_slackincidentchannel USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX slackpost_detached ON public.integrations_slackpost USING btree (error_at DESC) WHERE ((state)::text = 'detached'::text);
CREATE INDEX slackpost_incident ON public.integrations_slackpost USING btree (incident_id, kind);
CREATE INDEX slackpost_message ON public.integrations_slackpost USING btree (channel_id, ts);
CREATE INDEX slackpost_pending ON public.integrations_slackpost USING btree (due_at, id) WHERE ((state)::text = 'pending'::text);
CREATE INDEX sli_by_signal ON public.slos_sli USING btree (signal);
CREATE INDEX slo_stale_history ON public.slos_slo USING btree (history_from) WHERE (history_from IS NOT NULL);
CREATE UNIQUE INDEX slodefinition_one_present ON public.slos_slodefinition USING btree (slo_id) WHERE (valid_until IS NULL);
CREATE INDEX slos_correction_slo_id_62d5a1e8 ON public.slos_correction USING btree (slo_id);
CREATE INDEX slos_datasource_slug_620a6ef6_like ON public.slos_datasource USING btree (slug varchar_pattern_ops);
CREATE INDEX slos_exemption_slo_id_2192d7bc ON public.slos_exemption USING btree (slo_id);
CREATE INDEX slos_exemption_system_id_2cfb76eb ON public.slos_exemption USING btree (system_id);
CREATE INDEX slos_obligation_slo_id_b87037d3 ON public.slos_obligation USING btree (slo_id);
CREATE INDEX slos_rulestate_slo_id_56f5e250 ON public.slos_rulestate USING btree (slo_id);
CREATE INDEX slos_series_sli_id_1b34016e ON public.slos_series USING btree (sli_id);
CREATE INDEX slos_sli_data_source_id_dca4dee4 ON public.slos_sli USING btree (data_source_id);
CREATE INDEX slos_sli_slug_8630f34e_like ON public.slos_sli USING btree (slug varchar_pattern_ops);
CREATE INDEX slos_sli_system_id_a75b76cc ON public.slos_sli USING btree (system_id);
CREATE INDEX slos_slievaluator_sli_id_9bbb30c7 ON public.slos_slievaluator USING btree (sli_id);
CREATE INDEX slos_slo_series_id_f60f7f1e ON public.slos_slo USING btree (series_id);
CREATE INDEX slos_slo_sli_id_17755104 ON public.slos_slo USING btree (sli_id);
CREATE INDEX slos_slo_slug_fcd64d94_like ON public.slos_slo USING btree (slug varchar_pattern_ops);
CREATE INDEX slos_slo_system_id_4054ee12 ON public.slos_slo USING btree (system_id);
CREATE INDEX slos_slodefinition_series_id_4c7dc4f8 ON public.slos_slodefinition USING btree (series_id);
CREATE INDEX slos_slodefinition_slo_id_ae3053bd ON public.slos_slodefinition USING btree (slo_id);
CREATE INDEX slos_track_sli_id_06e838ac ON public.slos_track USING btree (sli_id);
CREATE INDEX slos_unmatched_source_id_750f4941 ON public.slos_unmatched USING btree (source_id);
CREATE INDEX slostate_by_budget ON public.slos_slostate USING btree (fraction_left);
CREATE INDEX sns_due ON public.integrations_snssubscription USING btree (due_at) WHERE ((state)::text = 'due'::text);
CREATE INDEX stalehour_by_time ON public.slos_stalehour USING btree (at);
CREATE INDEX storm_recent ON public.alerts_storm USING btree (began_at DESC, id DESC);
CREATE INDEX stream_by_time ON public.slos_stream USING btree (at);
CREATE INDEX swap_open ON public.oncall_swaprequest USING btree (ends) WHERE ((state)::text = 'open'::text);
CREATE INDEX system_search ON public.catalog_system USING gin (search);
CREATE INDEX tally_by_time ON public.slos_tally USING btree (at);
CREATE INDEX taxonomy_cause_cause_class_id_def5b0d2 ON public.taxonomy_cause USING btree (cause_class_id);
CREATE INDEX taxonomy_cause_slug_17bb0bbc_like ON public.taxonomy_cause USING btree (slug varchar_pattern_ops);
CREATE INDEX taxonomy_causeclass_slug_9c16dcb1_like ON public.taxonomy_causeclass USING btree (slug varchar_pattern_ops);
CREATE INDEX taxonomy_causerevision_cause_id_f8c69052 ON public.taxonomy_causerevision USING btree (cause_id);
CREATE INDEX time_off_user ON public.oncall_timeoff USING btree (user_id, ends);
CREATE INDEX timer_pending ON public.oncall_escalationtimer USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX tombstone_age ON public.alerts_tombstone USING btree (recorded_at);
CREATE INDEX tracker_delivery_age ON public.postmortems_trackerdelivery USING btree (received_at);
CREATE UNIQUE INDEX tracker_issue_once ON public.postmortems_trackerlink USING btree (tracker_id, external_id) WHERE (NOT ((external_id)::text = ''::text));
CREATE INDEX tracker_link_pending ON public.postmortems_trackerlink USING btree (due_at) WHERE ((state)::text = 'pending'::text);
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE INDEX unplaced_by_name ON public.alerts_unplacedchange USING btree (source_id, about);
CREATE UNIQUE INDEX user_email_once ON public.accounts_user USING btree (lower((email)::text));
ALTER INDEX public.alerts_receipt_pkey ATTACH PARTITION public.alerts_receipt_default_pkey;
ALTER INDEX public.receipt_set_aside ATTACH PARTITION public.alerts_receipt_default_received_at_idx;
ALTER INDEX public.receipt_new ATTACH PARTITION public.alerts_receipt_default_source_id_due_at_idx;
ALTER INDEX public.receipt_by_source ATTACH PARTITION public.alerts_receipt_default_source_id_received_at_id_idx;
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_inhibition DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_noisesettings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_noisesettings_systems DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_redaction DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_route DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE OF match, system_id, starts_at, ends_at, recurrence, time_zone, reason, author, expired_at ON public.alerts_silence DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.alerts_source DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.catalog_system DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE ON public.catalog_systemdependency DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.alerts_facts_changed();
CREATE TRIGGER pgtrigger_append_only_0ace5 BEFORE UPDATE ON public.notifications_deliveryattempt FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_0ace5();
COMMENT ON TRIGGER pgtrigger_append_only_0ace5 ON public.notifications_deliveryattempt IS '4c2f066a9e741b22cb08a932ac69fc99be1e75e1';
CREATE TRIGGER pgtrigger_append_only_21e52 BEFORE UPDATE ON public.alerts_alertstep FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_21e52();
COMMENT ON TRIGGER pgtrigger_append_only_21e52 ON public.alerts_alertstep IS '7f3caf37ec6a17ecc580458b195994fbed5897ff';
CREATE TRIGGER pgtrigger_append_only_51d40 BEFORE UPDATE ON public.notifications_deliveryreport FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_51d40();
COMMENT ON TRIGGER pgtrigger_append_only_51d40 ON public.notifications_deliveryreport IS '10e9078c7ede509edbc9f146c1464a3d90c9a1aa';
CREATE TRIGGER pgtrigger_append_only_6682b BEFORE UPDATE ON public.catalog_readinessreview FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_6682b();
COMMENT ON TRIGGER pgtrigger_append_only_6682b ON public.catalog_readinessreview IS '12ce6b0e48b7e814ac273c396658b2c1e772b2f5';
CREATE TRIGGER pgtrigger_append_only_6b392 BEFORE DELETE OR UPDATE ON public.postmortems_addendum FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_6b392();
COMMENT ON TRIGGER pgtrigger_append_only_6b392 ON public.postmortems_addendum IS 'e0d88a13e65db331c9aa5591f5065cdd33313fab';
CREATE TRIGGER pgtrigger_append_only_74d81 BEFORE DELETE OR UPDATE ON public.postmortems_templateversion FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_74d81();
COMMENT ON TRIGGER pgtrigger_append_only_74d81 ON public.postmortems_templateversion IS 'c88a74677202b6f0ab5110a51399c0dc9a9b4ab2';
CREATE TRIGGER pgtrigger_append_only_7b202 BEFORE DELETE OR UPDATE ON public.incidents_incidentevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_7b202();
COMMENT ON TRIGGER pgtrigger_append_only_7b202 ON public.incidents_incidentevent IS '660df2a5ede432f1e06e892ca87c4cd25e0a272c';
CREATE TRIGGER pgtrigger_append_only_7ce1e BEFORE DELETE OR UPDATE ON public.incidents_incidentupdate FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_7ce1e();
COMMENT ON TRIGGER pgtrigger_append_only_7ce1e ON public.incidents_incidentupdate IS '0fff61da869560e42edcec71499b251eae2c318b';
CREATE TRIGGER pgtrigger_append_only_997e6 BEFORE DELETE OR UPDATE ON public.postmortems_sectionrevision FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_997e6();
COMMENT ON TRIGGER pgtrigger_append_only_997e6 ON public.postmortems_sectionrevision IS 'f261c95698bff20857e75f66aa0bc61c0f28b0e6';
CREATE TRIGGER pgtrigger_append_only_adc7f BEFORE DELETE OR UPDATE ON public.postmortems_actionevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_adc7f();
COMMENT ON TRIGGER pgtrigger_append_only_adc7f ON public.postmortems_actionevent IS 'cf12e8cc45c7835a9b908ac914a187a9a41ec6f8';
CREATE TRIGGER pgtrigger_append_only_da25d BEFORE UPDATE ON public.taxonomy_causerevision FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_da25d();
COMMENT ON TRIGGER pgtrigger_append_only_da25d ON public.taxonomy_causerevision IS 'c33c62669ac1851ca4e7768628d070b0695e051a';
CREATE TRIGGER pgtrigger_append_only_db50b BEFORE UPDATE ON public.playbooks_approval FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_db50b();
COMMENT ON TRIGGER pgtrigger_append_only_db50b ON public.playbooks_approval IS 'a17daa23571c63598fca37e962d66bd09a8b30e6';
CREATE TRIGGER pgtrigger_append_only_e6c89 BEFORE DELETE OR UPDATE ON public.accounts_auditentry FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_e6c89();
COMMENT ON TRIGGER pgtrigger_append_only_e6c89 ON public.accounts_auditentry IS 'f78d7546cae6abefbfed448b788eab0e8a36f6bf';
CREATE TRIGGER pgtrigger_append_only_f0350 BEFORE DELETE ON public.incidents_onsetestimate FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only_f0350();
COMMENT ON TRIGGER pgtrigger_append_only_f0350 ON public.incidents_onsetestimate IS 'b7e70c061d7071635cf44a1727a7ea0841446ff1';
CREATE TRIGGER pgtrigger_kept_b5597 BEFORE DELETE ON public.postmortems_clockdecision FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b5597();
COMMENT ON TRIGGER pgtrigger_kept_b5597 ON public.postmortems_clockdecision IS 'ee323099e9c32b92bc90f79af1a8d9a3b175defb';
CREATE TRIGGER pgtrigger_kept_da77a BEFORE DELETE ON public.postmortems_evidencehold FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_da77a();
COMMENT ON TRIGGER pgtrigger_kept_da77a ON public.postmortems_evidencehold IS 'ef1c5e232a5e3f2fb5740d483592404e8b88b35a';
CREATE TRIGGER pgtrigger_lifecycle_2cbef BEFORE UPDATE ON public.playbooks_playbookrun FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_lifecycle_2cbef();
COMMENT ON TRIGGER pgtrigger_lifecycle_2cbef ON public.playbooks_playbookrun IS '0711e764a916b8166086be1dd1f8447f0d9da19e';
CREATE TRIGGER pgtrigger_lifecycle_9376e BEFORE UPDATE ON public.postmortems_action FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_lifecycle_9376e();
COMMENT ON TRIGGER pgtrigger_lifecycle_9376e ON public.postmortems_action IS 'e853cf268465aaff15e3efb87c4426be316455b9';
CREATE TRIGGER pgtrigger_lifecycle_964f5 BEFORE UPDATE ON public.incidents_incident FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_lifecycle_964f5();
COMMENT ON TRIGGER pgtrigger_lifecycle_964f5 ON public.incidents_incident IS 'c3dcb9692c54c32dbca0fac1bb3e8b03d9de2509';
CREATE TRIGGER pgtrigger_lifecycle_af503 BEFORE UPDATE ON public.postmortems_postmortem FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_lifecycle_af503();
COMMENT ON TRIGGER pgtrigger_lifecycle_af503 ON public.postmortems_postmortem IS '73ebfedf070acb7ee1cdfdc945a055d4d5337d91';
CREATE TRIGGER pgtrigger_locked_when_published_d8a39 BEFORE INSERT OR UPDATE ON public.postmortems_section FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_locked_when_published_d8a39();
COMMENT ON TRIGGER pgtrigger_locked_when_published_d8a39 ON public.postmortems_section IS '3af308e2e79cf1c3825ecf56be8825b156f0b628';
CREATE TRIGGER pgtrigger_unchanged_8280a BEFORE UPDATE ON public.incidents_onsetestimate FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.incident_id IS DISTINCT FROM new.incident_id) OR (old.earliest IS DISTINCT FROM new.earliest) OR (old.likeliest IS DISTINCT FROM new.likeliest) OR (old.latest IS DISTINCT FROM new.latest) OR ((old.basis)::text IS DISTINCT FROM (new.basis)::text) OR ((old.by_label)::text IS DISTINCT FROM (new.by_label)::text) OR (old.by_hand IS DISTINCT FROM new.by_hand) OR (old.at IS DISTINCT FROM new.at))) EXECUTE FUNCTION public.pgtrigger_unchanged_8280a();
COMMENT ON TRIGGER pgtrigger_unchanged_8280a ON public.incidents_onsetestimate IS '8c0194e09cb2544d3fca65ca795ad606bd63cd26';
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_auditentry
    ADD CONSTRAINT accounts_auditentry_actor_id_3237b29c_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_teammembership
    ADD CONSTRAINT accounts_teammembership_team_id_6a396f76_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.accounts_teammembership
    ADD CONSTRAINT accounts_teammembership_user_id_abec1e79_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.aire_web_firstrunleft
    ADD CONSTRAINT aire_web_firstrunleft_user_id_6636cca5_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.aire_web_keptexport
    ADD CONSTRAINT aire_web_keptexport_user_id_733e1ba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_alert
    ADD CONSTRAINT alerts_alert_route_id_d75ffffb_fk_alerts_route_id FOREIGN KEY (route_id) REFERENCES public.alerts_route(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_alert
    ADD CONSTRAINT alerts_alert_source_id_0f027dae_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_alert
    ADD CONSTRAINT alerts_alert_system_id_ed004b5e_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_alerttally
    ADD CONSTRAINT alerts_alerttally_source_id_3913a590_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_delivered
    ADD CONSTRAINT alerts_delivered_source_id_39d247ac_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_flap
    ADD CONSTRAINT alerts_flap_source_id_bbe1fc79_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_heartbeat
    ADD CONSTRAINT alerts_heartbeat_source_id_19536762_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_heartbeat
    ADD CONSTRAINT alerts_heartbeat_system_id_c8f1e2c3_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_hold
    ADD CONSTRAINT alerts_hold_alert_id_2ac38d4d_fk_alerts_alert_id FOREIGN KEY (alert_id) REFERENCES public.alerts_alert(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_look
    ADD CONSTRAINT alerts_look_source_id_efd59bbc_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_noisesettings_systems
    ADD CONSTRAINT alerts_noisesettings_noisesettings_id_37fc3230_fk_alerts_no FOREIGN KEY (noisesettings_id) REFERENCES public.alerts_noisesettings(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_noisesettings_systems
    ADD CONSTRAINT alerts_noisesettings_system_id_fb7f4fda_fk_catalog_s FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_rawbody
    ADD CONSTRAINT alerts_rawbody_source_id_f39dcc45_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.alerts_receipt
    ADD CONSTRAINT alerts_receipt_source FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_redaction
    ADD CONSTRAINT alerts_redaction_source_id_8a2097d7_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_route
    ADD CONSTRAINT alerts_route_escalation_policy_id_9f9633d3_fk_oncall_es FOREIGN KEY (escalation_policy_id) REFERENCES public.oncall_escalationpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_route
    ADD CONSTRAINT alerts_route_system_id_c934aeab_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_silence
    ADD CONSTRAINT alerts_silence_created_by_id_eae13017_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_silence
    ADD CONSTRAINT alerts_silence_system_id_74950a90_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_source
    ADD CONSTRAINT alerts_source_system_id_19f18092_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_sourcekey
    ADD CONSTRAINT alerts_sourcekey_source_id_615453ef_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_storm
    ADD CONSTRAINT alerts_storm_source_id_e1475e65_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_tombstone
    ADD CONSTRAINT alerts_tombstone_source_id_fe220ea1_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.alerts_unplacedchange
    ADD CONSTRAINT alerts_unplacedchange_source_id_7cf62b6f_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_change
    ADD CONSTRAINT catalog_change_system_id_e6c65521_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_kpi
    ADD CONSTRAINT catalog_kpi_system_id_108ecb88_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_kpivalue
    ADD CONSTRAINT catalog_kpivalue_kpi_id_7c0a14f2_fk_catalog_kpi_id FOREIGN KEY (kpi_id) REFERENCES public.catalog_kpi(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_readinessanswer
    ADD CONSTRAINT catalog_readinessanswer_owner_id_c6c3e860_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_readinessanswer
    ADD CONSTRAINT catalog_readinessanswer_system_id_cf4d07b4_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_readinessreview
    ADD CONSTRAINT catalog_readinessreview_by_id_1439fc86_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_readinessreview
    ADD CONSTRAINT catalog_readinessreview_system_id_b90114a8_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_system
    ADD CONSTRAINT catalog_system_team_id_8d2e7cb2_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_systemdependency
    ADD CONSTRAINT catalog_systemdepend_depends_on_id_a1ca6dd9_fk_catalog_s FOREIGN KEY (depends_on_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_systemdependency
    ADD CONSTRAINT catalog_systemdepend_system_id_3dcd8107_fk_catalog_s FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_systemowner
    ADD CONSTRAINT catalog_systemowner_system_id_c12324d5_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_systemowner
    ADD CONSTRAINT catalog_systemowner_user_id_c6647e7e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.catalog_systempart
    ADD CONSTRAINT catalog_systempart_system_id_e5017a6c_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chatops_channeldigest
    ADD CONSTRAINT chatops_channeldiges_created_by_id_d17cfc94_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chatops_channeldigest
    ADD CONSTRAINT chatops_channeldigest_team_id_ddd7f4a3_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.core_idempotentcall
    ADD CONSTRAINT core_idempotentcall_user_id_d532636a_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_affectedcount
    ADD CONSTRAINT incidents_affectedco_incident_id_0201b883_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_caseresult
    ADD CONSTRAINT incidents_caseresult_sample_id_b187eb6b_fk_incidents FOREIGN KEY (sample_id) REFERENCES public.incidents_evidencesample(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_causeevidence
    ADD CONSTRAINT incidents_causeevide_cause_id_5a82b473_fk_incidents FOREIGN KEY (cause_id) REFERENCES public.incidents_incidentcause(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_causeevidence
    ADD CONSTRAINT incidents_causeevide_sample_id_6b91a1ea_fk_incidents FOREIGN KEY (sample_id) REFERENCES public.incidents_evidencesample(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_drill
    ADD CONSTRAINT incidents_drill_started_by_id_9ace4238_fk_accounts_user_id FOREIGN KEY (started_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_drill
    ADD CONSTRAINT incidents_drill_system_id_71e1b033_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_drillschedule
    ADD CONSTRAINT incidents_drillsched_last_drill_id_3fd642d5_fk_incidents FOREIGN KEY (last_drill_id) REFERENCES public.incidents_drill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_drillschedule
    ADD CONSTRAINT incidents_drillschedule_system_id_d27c3509_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_drillsend
    ADD CONSTRAINT incidents_drillsend_drill_id_c612de32_fk_incidents_drill_id FOREIGN KEY (drill_id) REFERENCES public.incidents_drill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_evidencereport
    ADD CONSTRAINT incidents_evidencere_incident_id_60488575_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_evidencesample
    ADD CONSTRAINT incidents_evidencesa_incident_id_cfb0c9e7_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incident
    ADD CONSTRAINT incidents_incident_escalation_policy_id_6ceb203f_fk_oncall_es FOREIGN KEY (escalation_policy_id) REFERENCES public.oncall_escalationpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incident
    ADD CONSTRAINT incidents_incident_merged_into_id_75509a6d_fk_incidents FOREIGN KEY (merged_into_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incident
    ADD CONSTRAINT incidents_incident_opened_by_id_06ceaa88_fk_accounts_user_id FOREIGN KEY (opened_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentalert
    ADD CONSTRAINT incidents_incidental_incident_id_289d6010_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentalert
    ADD CONSTRAINT incidents_incidentalert_alert_id_dadba14d_fk_alerts_alert_id FOREIGN KEY (alert_id) REFERENCES public.alerts_alert(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentcause
    ADD CONSTRAINT incidents_incidentca_incident_id_8a591397_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentcause
    ADD CONSTRAINT incidents_incidentcause_cause_id_40152901_fk_taxonomy_cause_id FOREIGN KEY (cause_id) REFERENCES public.taxonomy_cause(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentcause
    ADD CONSTRAINT incidents_incidentcause_set_by_id_a3ccdfee_fk_accounts_user_id FOREIGN KEY (set_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentevent
    ADD CONSTRAINT incidents_incidentev_incident_id_98972806_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentevent
    ADD CONSTRAINT incidents_incidentev_replaces_id_edffe71a_fk_incidents FOREIGN KEY (replaces_id) REFERENCES public.incidents_incidentevent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentevent
    ADD CONSTRAINT incidents_incidentevent_actor_id_098f99cf_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentfile
    ADD CONSTRAINT incidents_incidentfi_event_id_d648e2db_fk_incidents FOREIGN KEY (event_id) REFERENCES public.incidents_incidentevent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentfilecontent
    ADD CONSTRAINT incidents_incidentfi_file_id_545f4449_fk_incidents FOREIGN KEY (file_id) REFERENCES public.incidents_incidentfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentfile
    ADD CONSTRAINT incidents_incidentfi_incident_id_b6bf1eb0_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentmember
    ADD CONSTRAINT incidents_incidentme_incident_id_f94c2bb4_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentmember
    ADD CONSTRAINT incidents_incidentmember_user_id_12c376fc_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentreminder
    ADD CONSTRAINT incidents_incidentre_incident_id_66c19cf4_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentrole
    ADD CONSTRAINT incidents_incidentro_incident_id_4005e0cd_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentrole
    ADD CONSTRAINT incidents_incidentrole_user_id_9074890c_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentseen
    ADD CONSTRAINT incidents_incidentse_incident_id_90dd491e_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentseen
    ADD CONSTRAINT incidents_incidentseen_user_id_e8d43063_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentsystem
    ADD CONSTRAINT incidents_incidentsy_incident_id_72604025_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentsystem
    ADD CONSTRAINT incidents_incidentsy_system_id_0c655d6f_fk_catalog_s FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidenttask
    ADD CONSTRAINT incidents_incidentta_incident_id_633a569f_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidenttask
    ADD CONSTRAINT incidents_incidenttask_owner_id_da3db053_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentupdate
    ADD CONSTRAINT incidents_incidentup_incident_id_3962c97b_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_incidentupdate
    ADD CONSTRAINT incidents_incidentupdate_author_id_95cc631c_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_keptreceipt
    ADD CONSTRAINT incidents_keptreceip_incident_id_3218aeca_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_onsetestimate
    ADD CONSTRAINT incidents_onsetestim_incident_id_41ad260a_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_peoplereport
    ADD CONSTRAINT incidents_peoplerepo_cluster_id_81f8f9bd_fk_incidents FOREIGN KEY (cluster_id) REFERENCES public.incidents_reportcluster(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_peoplereport
    ADD CONSTRAINT incidents_peoplerepo_link_id_e58c2066_fk_incidents FOREIGN KEY (link_id) REFERENCES public.incidents_reportlink(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_peoplereport
    ADD CONSTRAINT incidents_peoplereport_by_id_4f61dcde_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reportband
    ADD CONSTRAINT incidents_reportband_cluster_id_19ab7bfc_fk_incidents FOREIGN KEY (cluster_id) REFERENCES public.incidents_reportcluster(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reportcluster
    ADD CONSTRAINT incidents_reportclus_incident_id_67b06fb8_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reportcluster
    ADD CONSTRAINT incidents_reportcluster_system_id_b7c72f97_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reportlink
    ADD CONSTRAINT incidents_reportlink_system_id_e4e31714_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reportrule
    ADD CONSTRAINT incidents_reportrule_system_id_e65dd2ac_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reproduction
    ADD CONSTRAINT incidents_reproducti_incident_id_f79d7bf6_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_reproduction
    ADD CONSTRAINT incidents_reproducti_sample_id_a03aad43_fk_incidents FOREIGN KEY (sample_id) REFERENCES public.incidents_evidencesample(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.incidents_triagetick
    ADD CONSTRAINT incidents_triagetick_incident_id_b367de81_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackannouncement
    ADD CONSTRAINT integrations_slackan_system_id_2e352b97_fk_catalog_s FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackannouncement
    ADD CONSTRAINT integrations_slackan_team_id_37305a02_fk_accounts_ FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackcapture
    ADD CONSTRAINT integrations_slackca_incident_id_30385d71_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackcapture
    ADD CONSTRAINT integrations_slackcapture_by_id_b999ff02_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackidentity
    ADD CONSTRAINT integrations_slackidentity_user_id_b6dc101d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackincidentchannel
    ADD CONSTRAINT integrations_slackin_incident_id_e27b1c19_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackpost
    ADD CONSTRAINT integrations_slackpo_incident_id_d026f0d3_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_slackpost
    ADD CONSTRAINT integrations_slackpo_thread_id_e67ed4cb_fk_integrati FOREIGN KEY (thread_id) REFERENCES public.integrations_slackpost(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.integrations_snssubscription
    ADD CONSTRAINT integrations_snssubs_source_id_2c889587_fk_alerts_so FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_channelchoice
    ADD CONSTRAINT notifications_channe_user_id_e5acb6b6_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_contactmethod
    ADD CONSTRAINT notifications_contac_user_id_939cc97a_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_delivery
    ADD CONSTRAINT notifications_delive_contact_id_11e1acf8_fk_notificat FOREIGN KEY (contact_id) REFERENCES public.notifications_contactmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_deliveryattempt
    ADD CONSTRAINT notifications_delive_delivery_id_3834a62a_fk_notificat FOREIGN KEY (delivery_id) REFERENCES public.notifications_delivery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_deliveryreport
    ADD CONSTRAINT notifications_delive_delivery_id_4c6a5ba3_fk_notificat FOREIGN KEY (delivery_id) REFERENCES public.notifications_delivery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_delivery
    ADD CONSTRAINT notifications_delivery_user_id_70f8752d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_inboxitem
    ADD CONSTRAINT notifications_inboxi_delivery_id_695d39a1_fk_notificat FOREIGN KEY (delivery_id) REFERENCES public.notifications_delivery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_inboxitem
    ADD CONSTRAINT notifications_inboxitem_user_id_b803e252_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_notificationrule
    ADD CONSTRAINT notifications_notifi_contact_id_ac1e0b4c_fk_notificat FOREIGN KEY (contact_id) REFERENCES public.notifications_contactmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_notificationrule
    ADD CONSTRAINT notifications_notifi_user_id_a595a27d_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_outgoingwebhook
    ADD CONSTRAINT notifications_outgoi_contact_id_08e75267_fk_notificat FOREIGN KEY (contact_id) REFERENCES public.notifications_contactmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.notifications_quiethours
    ADD CONSTRAINT notifications_quiethours_user_id_d4c5d052_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_calendarfeed
    ADD CONSTRAINT oncall_calendarfeed_owner_id_67e8a43b_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_calendarfeed
    ADD CONSTRAINT oncall_calendarfeed_schedule_id_549cb780_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_escalationtimer
    ADD CONSTRAINT oncall_escalationtim_escalation_id_22e31524_fk_oncall_es FOREIGN KEY (escalation_id) REFERENCES public.oncall_escalation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_handoffnote
    ADD CONSTRAINT oncall_handoffnote_author_id_c9458b69_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_handoffnote
    ADD CONSTRAINT oncall_handoffnote_schedule_id_999fafc6_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_holidayplace
    ADD CONSTRAINT oncall_holidayplace_user_id_41bc9dd4_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_override
    ADD CONSTRAINT oncall_override_created_by_id_00730086_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_override
    ADD CONSTRAINT oncall_override_replaces_id_8eb1d532_fk_accounts_user_id FOREIGN KEY (replaces_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_override
    ADD CONSTRAINT oncall_override_schedule_id_cafd4435_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_override
    ADD CONSTRAINT oncall_override_user_id_43ec4815_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_page
    ADD CONSTRAINT oncall_page_escalation_id_1f130d19_fk_oncall_escalation_id FOREIGN KEY (escalation_id) REFERENCES public.oncall_escalation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_page
    ADD CONSTRAINT oncall_page_user_id_c7c28ffa_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policystep
    ADD CONSTRAINT oncall_policystep_policy_id_2354f317_fk_oncall_es FOREIGN KEY (policy_id) REFERENCES public.oncall_escalationpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_contact_id_3674daa1_fk_notificat FOREIGN KEY (contact_id) REFERENCES public.notifications_contactmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_schedule_id_2e74ecc9_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_step_id_1f3ff927_fk_oncall_policystep_id FOREIGN KEY (step_id) REFERENCES public.oncall_policystep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_team_id_d8828c7e_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_policytarget
    ADD CONSTRAINT oncall_policytarget_user_id_597a9b03_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotation
    ADD CONSTRAINT oncall_rotation_schedule_id_3d723e5b_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotationchangemember
    ADD CONSTRAINT oncall_rotationchang_change_id_4b136622_fk_oncall_ro FOREIGN KEY (change_id) REFERENCES public.oncall_rotationchange(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotationchange
    ADD CONSTRAINT oncall_rotationchang_rotation_id_c9d70a07_fk_oncall_ro FOREIGN KEY (rotation_id) REFERENCES public.oncall_rotation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotationchangemember
    ADD CONSTRAINT oncall_rotationchang_user_id_9226c6c9_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotationmember
    ADD CONSTRAINT oncall_rotationmembe_rotation_id_d7384021_fk_oncall_ro FOREIGN KEY (rotation_id) REFERENCES public.oncall_rotation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_rotationmember
    ADD CONSTRAINT oncall_rotationmember_user_id_81d7f170_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_roundrobin
    ADD CONSTRAINT oncall_roundrobin_policy_id_95a242b9_fk_oncall_es FOREIGN KEY (policy_id) REFERENCES public.oncall_escalationpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_shiftnotice
    ADD CONSTRAINT oncall_shiftnotice_schedule_id_5e910e67_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_shiftnotice
    ADD CONSTRAINT oncall_shiftnotice_user_id_e7d25458_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_asker_id_c9c468bf_fk_accounts_user_id FOREIGN KEY (asker_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_override_id_b3e15ef7_fk_oncall_override_id FOREIGN KEY (override_id) REFERENCES public.oncall_override(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_partner_id_2faf25dc_fk_accounts_user_id FOREIGN KEY (partner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_return_override_id_4357903e_fk_oncall_ov FOREIGN KEY (return_override_id) REFERENCES public.oncall_override(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_schedule_id_78135bdc_fk_oncall_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.oncall_schedule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_swaprequest
    ADD CONSTRAINT oncall_swaprequest_taken_by_id_b7dce9d7_fk_accounts_user_id FOREIGN KEY (taken_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_systempolicy
    ADD CONSTRAINT oncall_systempolicy_policy_id_e7ba0f83_fk_oncall_es FOREIGN KEY (policy_id) REFERENCES public.oncall_escalationpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_systempolicy
    ADD CONSTRAINT oncall_systempolicy_system_id_7345e165_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_timeoff
    ADD CONSTRAINT oncall_timeoff_created_by_id_5bbc5ce2_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.oncall_timeoff
    ADD CONSTRAINT oncall_timeoff_user_id_9c145748_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_approval
    ADD CONSTRAINT playbooks_approval_run_id_37df3f62_fk_playbooks_playbookrun_id FOREIGN KEY (run_id) REFERENCES public.playbooks_playbookrun(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_approval
    ADD CONSTRAINT playbooks_approval_user_id_2527fc83_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_owner_id_4cbe0cf6_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbook_systems
    ADD CONSTRAINT playbooks_playbook_s_playbook_id_25f996bd_fk_playbooks FOREIGN KEY (playbook_id) REFERENCES public.playbooks_playbook(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbook_systems
    ADD CONSTRAINT playbooks_playbook_s_system_id_a327f1e3_fk_catalog_s FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbookrun
    ADD CONSTRAINT playbooks_playbookru_incident_id_f78eb1fc_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbookrun
    ADD CONSTRAINT playbooks_playbookru_playbook_id_99512cf5_fk_playbooks FOREIGN KEY (playbook_id) REFERENCES public.playbooks_playbook(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbookrun
    ADD CONSTRAINT playbooks_playbookru_started_by_id_54366dd8_fk_accounts_ FOREIGN KEY (started_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT playbooks_runstep_connection_id_ee9ac485_fk_playbooks FOREIGN KEY (connection_id) REFERENCES public.playbooks_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT playbooks_runstep_run_id_1738aa5c_fk_playbooks_playbookrun_id FOREIGN KEY (run_id) REFERENCES public.playbooks_playbookrun(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_runstep
    ADD CONSTRAINT playbooks_runstep_undoes_id_40cb4205_fk_playbooks_runstep_id FOREIGN KEY (undoes_id) REFERENCES public.playbooks_runstep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_created_by_id_159aac93_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_incident_id_89d949d7_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_owner_id_18cfa9a6_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_postmortem_id_41440cb0_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_action
    ADD CONSTRAINT postmortems_action_team_id_57739ce9_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_actionevent
    ADD CONSTRAINT postmortems_actionev_action_id_b9143212_fk_postmorte FOREIGN KEY (action_id) REFERENCES public.postmortems_action(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_actionevent
    ADD CONSTRAINT postmortems_actionevent_actor_id_4756124e_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_actionnudge
    ADD CONSTRAINT postmortems_actionnu_action_id_156cc586_fk_postmorte FOREIGN KEY (action_id) REFERENCES public.postmortems_action(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_addendum
    ADD CONSTRAINT postmortems_addendum_author_id_e5930554_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_addendum
    ADD CONSTRAINT postmortems_addendum_postmortem_id_c95cda3a_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_attachmentcontent
    ADD CONSTRAINT postmortems_attachme_attachment_id_9b3f673e_fk_postmorte FOREIGN KEY (attachment_id) REFERENCES public.postmortems_attachment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_attachment
    ADD CONSTRAINT postmortems_attachme_postmortem_id_b859d15a_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_attachment
    ADD CONSTRAINT postmortems_attachment_added_by_id_5498e5ec_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT postmortems_citation_cited_by_id_91b57deb_fk_accounts_user_id FOREIGN KEY (cited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT postmortems_citation_postmortem_id_0987401f_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_citation
    ADD CONSTRAINT postmortems_citation_section_id_8aab72b1_fk_postmorte FOREIGN KEY (section_id) REFERENCES public.postmortems_section(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockdecision
    ADD CONSTRAINT postmortems_clockdec_clock_id_e10b1538_fk_postmorte FOREIGN KEY (clock_id) REFERENCES public.postmortems_regulatoryclock(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockdecision
    ADD CONSTRAINT postmortems_clockdec_decided_by_id_05dd20d8_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockdecision
    ADD CONSTRAINT postmortems_clockdec_proposed_by_id_f06767af_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockphase
    ADD CONSTRAINT postmortems_clockpha_clock_id_7990d54e_fk_postmorte FOREIGN KEY (clock_id) REFERENCES public.postmortems_regulatoryclock(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockphase
    ADD CONSTRAINT postmortems_clockpha_submitted_by_id_f9fefc8e_fk_accounts_ FOREIGN KEY (submitted_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_clockreminder
    ADD CONSTRAINT postmortems_clockrem_phase_id_1a24c528_fk_postmorte FOREIGN KEY (phase_id) REFERENCES public.postmortems_clockphase(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_comment
    ADD CONSTRAINT postmortems_comment_author_id_dde0f504_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_comment
    ADD CONSTRAINT postmortems_comment_resolved_by_id_1fc2917e_fk_accounts_user_id FOREIGN KEY (resolved_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_comment
    ADD CONSTRAINT postmortems_comment_section_id_94e653d1_fk_postmorte FOREIGN KEY (section_id) REFERENCES public.postmortems_section(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_declinedproposal
    ADD CONSTRAINT postmortems_declined_declined_by_id_a41a2cd2_fk_accounts_ FOREIGN KEY (declined_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_declinedproposal
    ADD CONSTRAINT postmortems_declined_incident_id_37aa3929_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_evidencehold
    ADD CONSTRAINT postmortems_evidence_incident_id_f037496b_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_evidencehold
    ADD CONSTRAINT postmortems_evidence_lifted_by_id_1c2e51a4_fk_accounts_ FOREIGN KEY (lifted_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_evidencehold
    ADD CONSTRAINT postmortems_evidence_placed_by_id_2c89bc6c_fk_accounts_ FOREIGN KEY (placed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_postmortem
    ADD CONSTRAINT postmortems_postmort_incident_id_4f022498_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_postmortem
    ADD CONSTRAINT postmortems_postmort_published_by_id_3f0ffca6_fk_accounts_ FOREIGN KEY (published_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_postmortem
    ADD CONSTRAINT postmortems_postmort_template_version_id_bb912f5a_fk_postmorte FOREIGN KEY (template_version_id) REFERENCES public.postmortems_templateversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_postmortem
    ADD CONSTRAINT postmortems_postmortem_owner_id_44d73a51_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_read
    ADD CONSTRAINT postmortems_read_postmortem_id_baaa4341_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_read
    ADD CONSTRAINT postmortems_read_user_id_d43d8ca1_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_regulatoryclock
    ADD CONSTRAINT postmortems_regulato_incident_id_4c46d3c1_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_regulatoryclock
    ADD CONSTRAINT postmortems_regulato_owner_id_1ed51ac2_fk_accounts_ FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_regulatoryclock
    ADD CONSTRAINT postmortems_regulato_started_by_id_35c0e29b_fk_accounts_ FOREIGN KEY (started_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_reminder
    ADD CONSTRAINT postmortems_reminder_postmortem_id_821be357_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_reportdraft
    ADD CONSTRAINT postmortems_reportdr_clock_id_aadb40a6_fk_postmorte FOREIGN KEY (clock_id) REFERENCES public.postmortems_regulatoryclock(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_reportdraft
    ADD CONSTRAINT postmortems_reportdr_incident_id_695cf5c1_fk_incidents FOREIGN KEY (incident_id) REFERENCES public.incidents_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_reportdraft
    ADD CONSTRAINT postmortems_reportdr_updated_by_id_d46c6bb3_fk_accounts_ FOREIGN KEY (updated_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_review
    ADD CONSTRAINT postmortems_review_postmortem_id_42b2b4b2_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_review
    ADD CONSTRAINT postmortems_review_user_id_96cdd560_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_section
    ADD CONSTRAINT postmortems_section_postmortem_id_c1942628_fk_postmorte FOREIGN KEY (postmortem_id) REFERENCES public.postmortems_postmortem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_section
    ADD CONSTRAINT postmortems_section_updated_by_id_f4c1ee62_fk_accounts_user_id FOREIGN KEY (updated_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_sectionrevision
    ADD CONSTRAINT postmortems_sectionr_author_id_428d5b3a_fk_accounts_ FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_sectionrevision
    ADD CONSTRAINT postmortems_sectionr_section_id_4d7c8233_fk_postmorte FOREIGN KEY (section_id) REFERENCES public.postmortems_section(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_templateversion
    ADD CONSTRAINT postmortems_template_created_by_id_73146fbd_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_templateversion
    ADD CONSTRAINT postmortems_template_template_id_897ff0c1_fk_postmorte FOREIGN KEY (template_id) REFERENCES public.postmortems_postmortemtemplate(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_tracker
    ADD CONSTRAINT postmortems_tracker_team_id_b7327e8e_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_trackerdelivery
    ADD CONSTRAINT postmortems_trackerd_tracker_id_8579c143_fk_postmorte FOREIGN KEY (tracker_id) REFERENCES public.postmortems_tracker(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_trackerlink
    ADD CONSTRAINT postmortems_trackerl_action_id_e0ec3e24_fk_postmorte FOREIGN KEY (action_id) REFERENCES public.postmortems_action(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_trackerlink
    ADD CONSTRAINT postmortems_trackerl_tracker_id_d0cf8886_fk_postmorte FOREIGN KEY (tracker_id) REFERENCES public.postmortems_tracker(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_unsavedtext
    ADD CONSTRAINT postmortems_unsavedt_section_id_1dd03153_fk_postmorte FOREIGN KEY (section_id) REFERENCES public.postmortems_section(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.postmortems_unsavedtext
    ADD CONSTRAINT postmortems_unsavedtext_user_id_559f9fae_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_digestseat
    ADD CONSTRAINT reports_digestseat_team_id_acdcb3ce_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_digestseat
    ADD CONSTRAINT reports_digestseat_user_id_a580e08f_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_savedfilter
    ADD CONSTRAINT reports_savedfilter_team_id_89c09f89_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES public.accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.reports_savedfilter
    ADD CONSTRAINT reports_savedfilter_user_id_dd4f0dc8_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_arrival
    ADD CONSTRAINT slos_arrival_sli_id_995c4d30_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_budgetday
    ADD CONSTRAINT slos_budgetday_slo_id_399902a2_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_correction
    ADD CONSTRAINT slos_correction_slo_id_62d5a1e8_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_exemption
    ADD CONSTRAINT slos_exemption_slo_id_2192d7bc_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_exemption
    ADD CONSTRAINT slos_exemption_system_id_2cfb76eb_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_obligation
    ADD CONSTRAINT slos_obligation_slo_id_b87037d3_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_poll
    ADD CONSTRAINT slos_poll_sli_id_7f438c09_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_rulestate
    ADD CONSTRAINT slos_rulestate_slo_id_56f5e250_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_seenevent
    ADD CONSTRAINT slos_seenevent_sli_id_1a3c48ea_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_series
    ADD CONSTRAINT slos_series_sli_id_1b34016e_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_sli
    ADD CONSTRAINT slos_sli_data_source_id_dca4dee4_fk_slos_datasource_id FOREIGN KEY (data_source_id) REFERENCES public.slos_datasource(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_sli
    ADD CONSTRAINT slos_sli_system_id_a75b76cc_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slievaluator
    ADD CONSTRAINT slos_slievaluator_sli_id_9bbb30c7_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slo
    ADD CONSTRAINT slos_slo_series_id_f60f7f1e_fk_slos_series_id FOREIGN KEY (series_id) REFERENCES public.slos_series(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slo
    ADD CONSTRAINT slos_slo_sli_id_17755104_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slo
    ADD CONSTRAINT slos_slo_system_id_4054ee12_fk_catalog_system_id FOREIGN KEY (system_id) REFERENCES public.catalog_system(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slodefinition
    ADD CONSTRAINT slos_slodefinition_series_id_4c7dc4f8_fk_slos_series_id FOREIGN KEY (series_id) REFERENCES public.slos_series(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slodefinition
    ADD CONSTRAINT slos_slodefinition_slo_id_ae3053bd_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_slostate
    ADD CONSTRAINT slos_slostate_slo_id_c9b0609e_fk_slos_slo_id FOREIGN KEY (slo_id) REFERENCES public.slos_slo(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_stream
    ADD CONSTRAINT slos_stream_sli_id_adb1a0c3_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_tally
    ADD CONSTRAINT slos_tally_sli_id_b04af82d_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_track
    ADD CONSTRAINT slos_track_sli_id_06e838ac_fk_slos_sli_id FOREIGN KEY (sli_id) REFERENCES public.slos_sli(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.slos_unmatched
    ADD CONSTRAINT slos_unmatched_source_id_750f4941_fk_alerts_source_id FOREIGN KEY (source_id) REFERENCES public.alerts_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomy_cause
    ADD CONSTRAINT taxonomy_cause_cause_class_id_def5b0d2_fk_taxonomy_ FOREIGN KEY (cause_class_id) REFERENCES public.taxonomy_causeclass(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.taxonomy_causerevision
    ADD CONSTRAINT taxonomy_causerevision_cause_id_f8c69052_fk_taxonomy_cause_id FOREIGN KEY (cause_id) REFERENCES public.taxonomy_cause(id) DEFERRABLE INITIALLY DEFERRED;

INSERT INTO public.django_migrations (app, name, applied) VALUES
  ('account', '0001_initial', now()),
  ('account', '0002_email_max_length', now()),
  ('account', '0003_alter_emailaddress_create_unique_verified_email', now()),
  ('account', '0004_alter_emailaddress_drop_unique_email', now()),
  ('account', '0005_emailaddress_idx_upper_email', now()),
  ('account', '0006_emailaddress_lower', now()),
  ('account', '0007_emailaddress_idx_email', now()),
  ('account', '0008_emailaddress_unique_primary_email_fixup', now()),
  ('account', '0009_emailaddress_unique_primary_email', now()),
  ('accounts', '0001_initial', now()),
  ('accounts', '0002_user_single_keys', now()),
  ('aire_web', '0001_initial', now()),
  ('aire_web', '0002_first_run_left', now()),
  ('aire_web', '0003_watchdog', now()),
  ('aire_web', '0004_kept_exports', now()),
  ('alerts', '0001_initial', now()),
  ('alerts', '0002_alert_title_words', now()),
  ('alerts', '0003_facts_version', now()),
  ('alerts', '0004_unresolved', now()),
  ('alerts', '0005_receipt_partitions', now()),
  ('alerts', '0006_storm', now()),
  ('alerts', '0007_noise', now()),
  ('alerts', '0008_fold_within', now()),
  ('alerts', '0009_redaction', now()),
  ('alerts', '0010_senders', now()),
  ('alerts', '0011_quality', now()),
  ('alerts', '0012_look', now()),
  ('alerts', '0013_fewer_indexes', now()),
  ('alerts', '0014_delivered', now()),
  ('alerts', '0015_listed_at', now()),
  ('auth', '0001_initial', now()),
  ('auth', '0002_alter_permission_name_max_length', now()),
  ('auth', '0003_alter_user_email_max_length', now()),
  ('auth', '0004_alter_user_username_opts', now()),
  ('auth', '0005_alter_user_last_login_null', now()),
  ('auth', '0006_require_contenttypes_0002', now()),
  ('auth', '0007_alter_validators_add_error_messages', now()),
  ('auth', '0008_alter_user_username_max_length', now()),
  ('auth', '0009_alter_user_last_name_max_length', now()),
  ('auth', '0010_alter_group_name_max_length', now()),
  ('auth', '0011_update_proxy_permissions', now()),
  ('auth', '0012_alter_user_first_name_max_length', now()),
  ('catalog', '0001_initial', now()),
  ('catalog', '0002_readiness', now()),
  ('catalog', '0003_parts_and_kpis', now()),
  ('chatops', '0001_digests', now()),
  ('contenttypes', '0001_initial', now()),
  ('contenttypes', '0002_remove_content_type_name', now()),
  ('core', '0001_initial', now()),
  ('incidents', '0001_initial', now()),
  ('incidents', '0002_causes', now()),
  ('incidents', '0003_incident_seen', now()),
  ('incidents', '0004_drills', now()),
  ('incidents', '0005_chat_updates', now()),
  ('incidents', '0006_said_elsewhere', now()),
  ('incidents', '0007_lifecycle_takes_acknowledgement_back', now()),
  ('incidents', '0008_responding', now()),
  ('incidents', '0009_drill_schedules', now()),
  ('incidents', '0010_evidence_and_triage', now()),
  ('incidents', '0011_mitigation_lines', now()),
  ('incidents', '0012_onset_looks', now()),
  ('integrations', '0001_initial', now()),
  ('integrations', '0002_slack_inbox', now()),
  ('integrations', '0003_slack_out', now()),
  ('integrations', '0004_vapid_key', now()),
  ('integrations', '0005_sns_subscriptions', now()),
  ('integrations', '0006_slack_reminders', now()),
  ('integrations', '0007_slack_folding_and_scopes', now()),
  ('mfa', '0001_initial', now()),
  ('mfa', '0002_authenticator_timestamps', now()),
  ('mfa', '0003_authenticator_type_uniq', now()),
  ('notifications', '0001_initial', now()),
  ('notifications', '0002_contact_methods', now()),
  ('notifications', '0003_contact_handle', now()),
  ('oncall', '0001_initial', now()),
  ('oncall', '0002_channels', now()),
  ('oncall', '0003_schedules_about_people', now()),
  ('oncall', '0004_exchanges_and_looking_on', now()),
  ('playbooks', '0001_initial', now()),
  ('playbooks', '0002_person_says', now()),
  ('postmortems', '0001_initial', now()),
  ('postmortems', '0002_actions', now()),
  ('postmortems', '0003_unsaved', now()),
  ('postmortems', '0004_clocks', now()),
  ('reports', '0001_initial', now()),
  ('sessions', '0001_initial', now()),
  ('slos', '0001_initial', now()),
  ('slos', '0002_failure_class', now()),
  ('taxonomy', '0001_initial', now()),
  ('taxonomy', '0002_made_here', now());
