ALTER TABLE "payloads" ADD COLUMN "sha256" text;--> statement-breakpoint
ALTER TABLE "payloads" ADD COLUMN "redactions" jsonb;