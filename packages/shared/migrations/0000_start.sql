CREATE TABLE "augmentations" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"revision" text NOT NULL,
	"side" text NOT NULL,
	"pairs" integer NOT NULL,
	"chats" integer NOT NULL,
	"techniques" jsonb NOT NULL,
	CONSTRAINT "augmentations_source_session_id_version_revision_pk" PRIMARY KEY("source","session_id","version","revision")
);
--> statement-breakpoint
CREATE TABLE "examples" (
	"id" text NOT NULL,
	"revision" text NOT NULL,
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"user_id" text,
	"kind" text NOT NULL,
	"technique" text NOT NULL,
	"parent_id" text,
	"position" integer NOT NULL,
	"content" jsonb NOT NULL,
	"content_sha256" text NOT NULL,
	"features" jsonb NOT NULL,
	"first_dataset" text,
	"last_dataset" text,
	CONSTRAINT "examples_id_revision_pk" PRIMARY KEY("id","revision")
);
--> statement-breakpoint
CREATE TABLE "http_accepts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"outcome" text NOT NULL,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payloads" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "payloads_source_session_id_version_pk" PRIMARY KEY("source","session_id","version")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"user_id" text,
	"state" text NOT NULL,
	"payload_sha256" text NOT NULL,
	"session_sha256" text NOT NULL,
	"message_count" integer NOT NULL,
	"bytes" integer NOT NULL,
	"origin" text NOT NULL,
	"traceparent" text,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_source_session_id_version_pk" PRIMARY KEY("source","session_id","version"),
	CONSTRAINT "sessions_content" UNIQUE("source","session_id","session_sha256")
);
--> statement-breakpoint
CREATE TABLE "sides" (
	"group_key" text PRIMARY KEY NOT NULL,
	"side" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"revision" text NOT NULL,
	"verdict" text NOT NULL,
	"quality" real NOT NULL,
	"findings" jsonb NOT NULL,
	"metrics" jsonb NOT NULL,
	"cleaned" jsonb,
	CONSTRAINT "verdicts_source_session_id_version_revision_pk" PRIMARY KEY("source","session_id","version","revision")
);
--> statement-breakpoint
CREATE TABLE "aliases" (
	"model_name" text NOT NULL,
	"model_type" text NOT NULL,
	"alias" text NOT NULL,
	"model_id" text NOT NULL,
	CONSTRAINT "aliases_model_name_model_type_alias_pk" PRIMARY KEY("model_name","model_type","alias")
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"sha256" text PRIMARY KEY NOT NULL,
	"model_name" text NOT NULL,
	"model_type" text NOT NULL,
	"manifest_path" text NOT NULL,
	"counts" jsonb NOT NULL,
	"holdout_sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "models" (
	"model_id" text PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"lease_token" integer NOT NULL,
	"model_name" text NOT NULL,
	"model_type" text NOT NULL,
	"path" text NOT NULL,
	"manifest_sha256" text NOT NULL,
	"dataset_sha256" text NOT NULL,
	"base" text NOT NULL,
	"metrics" jsonb NOT NULL,
	"decision" text NOT NULL,
	"sentence" text NOT NULL,
	"report" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "training_jobs" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"model_name" text NOT NULL,
	"model_type" text NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL,
	"scope" jsonb NOT NULL,
	"overrides" jsonb NOT NULL,
	"state" text NOT NULL,
	"lease_owner" text,
	"lease_token" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"attempt" integer DEFAULT 0 NOT NULL,
	"max_attempts" integer NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL,
	"checkpoint" text,
	"dataset_sha256" text,
	"model_id" text,
	"progress" jsonb NOT NULL,
	"error_code" text,
	"error_message" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"detail" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"stage" text NOT NULL,
	"topic" text NOT NULL,
	"partition" integer NOT NULL,
	"record_offset" bigint NOT NULL,
	"key" "bytea",
	"headers" jsonb NOT NULL,
	"bytes" "bytea",
	"sha256" text NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"retried_at" timestamp with time zone,
	"dead_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dead_letters_record" UNIQUE("stage","topic","partition","record_offset")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"key" text NOT NULL,
	"headers" jsonb NOT NULL,
	"value" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"stage" text NOT NULL,
	"topic" text NOT NULL,
	"partition" integer NOT NULL,
	"first_offset" bigint NOT NULL,
	"next_offset" bigint NOT NULL,
	"duplicate" bigint NOT NULL,
	"superseded" bigint NOT NULL,
	"erased" bigint NOT NULL,
	"noted" bigint NOT NULL,
	CONSTRAINT "progress_stage_topic_partition_pk" PRIMARY KEY("stage","topic","partition")
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"stage" text NOT NULL,
	"revision" text NOT NULL,
	"settings" jsonb NOT NULL,
	"first_seen" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revisions_stage_revision_pk" PRIMARY KEY("stage","revision")
);
--> statement-breakpoint
CREATE INDEX "examples_by_session" ON "examples" USING btree ("source","session_id","version","revision");--> statement-breakpoint
CREATE INDEX "sessions_by_id" ON "sessions" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "training_jobs_request" ON "training_jobs" USING btree ("request_id","model_name","model_type");--> statement-breakpoint
CREATE UNIQUE INDEX "training_jobs_one_queued" ON "training_jobs" USING btree ("model_name","model_type") WHERE state = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "training_jobs_one_running" ON "training_jobs" USING btree ("model_name","model_type") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "outbox_by_age" ON "outbox" USING btree ("created_at");