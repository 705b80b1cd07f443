ALTER TABLE "http_accepts" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "http_accepts" ADD COLUMN "payload_sha256" text;--> statement-breakpoint
CREATE UNIQUE INDEX "http_accepts_key" ON "http_accepts" USING btree ("source","idempotency_key") WHERE idempotency_key is not null;