CREATE TABLE "overrides" (
	"source" text NOT NULL,
	"session_id" text NOT NULL,
	"version" integer NOT NULL,
	"verdict" text NOT NULL,
	"why" text NOT NULL,
	"decided_by" text NOT NULL,
	"changes" integer NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "overrides_source_session_id_version_pk" PRIMARY KEY("source","session_id","version")
);
--> statement-breakpoint
ALTER TABLE "verdicts" ADD COLUMN "override" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "last_seen" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
UPDATE "revisions" SET "last_seen" = "first_seen";--> statement-breakpoint
INSERT INTO "revisions" ("stage", "revision", "settings") SELECT 'examples', a."revision", jsonb_build_object('validator', (SELECT "revision" FROM "revisions" WHERE "stage" = 'validator' ORDER BY "first_seen" DESC, "revision" LIMIT 1), 'augmentor', a."revision") FROM (SELECT DISTINCT "revision" FROM "augmentations") a;--> statement-breakpoint
INSERT INTO "audit" ("id", "action", "subject", "detail") SELECT gen_random_uuid(), 'augmented_again', 'migration', jsonb_build_object('count', again) FROM (SELECT count(*) - count(DISTINCT ("source", "session_id", "version")) AS again FROM "augmentations") v WHERE again > 0;--> statement-breakpoint
INSERT INTO "audit" ("id", "action", "subject", "detail", "at") SELECT gen_random_uuid(), 'revision_recorded', "stage" || '/' || "revision", '{}', "first_seen" FROM "revisions";--> statement-breakpoint
INSERT INTO "audit" ("id", "action", "subject", "detail") SELECT gen_random_uuid(), 'judged_again', 'migration', jsonb_build_object('count', again) FROM (SELECT count(*) - count(DISTINCT ("source", "session_id", "version")) AS again FROM "verdicts") v WHERE again > 0;--> statement-breakpoint
CREATE VIEW "standing_verdicts" AS
SELECT DISTINCT ON (v."source", v."session_id", v."version")
	v."source", v."session_id", v."version", v."revision", v."verdict", v."override", coalesce(v."override", v."verdict") AS "stands",
	v."quality", v."findings", v."metrics", v."cleaned"
FROM "verdicts" v LEFT JOIN "revisions" r ON r."stage" = 'validator' AND r."revision" = v."revision"
ORDER BY v."source", v."session_id", v."version", r."last_seen" DESC NULLS LAST, v."revision";
