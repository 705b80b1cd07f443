CREATE TABLE "tombstones" (
	"subject_sha256" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"erased_at" timestamp with time zone DEFAULT now() NOT NULL
);
