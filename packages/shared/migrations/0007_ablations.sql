CREATE TABLE "ablations" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"lease_token" integer NOT NULL,
	"model_name" text NOT NULL,
	"model_type" text NOT NULL,
	"result" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "training_jobs_one_queued";--> statement-breakpoint
ALTER TABLE "training_jobs" ADD COLUMN "kind" text DEFAULT 'training' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "training_jobs_one_queued" ON "training_jobs" USING btree ("model_name","model_type","kind") WHERE state = 'queued';