CREATE TABLE "gathered_events" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"identity" text NOT NULL,
	"kind" text NOT NULL,
	"user_id" text,
	"sha256" text,
	"bytes" "bytea",
	"redactions" jsonb,
	CONSTRAINT "gathered_events_source_session_id_identity_pk" PRIMARY KEY("source","session_id","identity")
);
--> statement-breakpoint
CREATE TABLE "gathered_sessions" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"state" text NOT NULL,
	"messages" integer NOT NULL,
	"ends" integer NOT NULL,
	"bytes" integer NOT NULL,
	"versions" integer NOT NULL,
	"expected" integer,
	"opened_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"due_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	"partition" integer,
	"traceparent" text,
	"purged_at" timestamp with time zone,
	CONSTRAINT "gathered_sessions_source_session_id_pk" PRIMARY KEY("source","session_id")
);
--> statement-breakpoint
ALTER TABLE "http_accepts" ALTER COLUMN "version" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "http_accepts" ADD COLUMN "events" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "http_accepts" ADD COLUMN "duplicates" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "gathered_events_by_user" ON "gathered_events" USING btree ("source","user_id") WHERE user_id is not null;--> statement-breakpoint
CREATE INDEX "gathered_sessions_due" ON "gathered_sessions" USING btree ("due_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "gathered_sessions_by_id" ON "gathered_sessions" USING btree ("session_id");