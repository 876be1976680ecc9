CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"previous_hash" text,
	"previous_good_until" timestamp with time zone,
	"scopes" text[] NOT NULL,
	"routes" text[],
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_keys_previous_hash_unique" UNIQUE("previous_hash"),
	CONSTRAINT "api_keys_revoked_check" CHECK ((revoked_at is null) = (revoked_by is null)),
	CONSTRAINT "api_keys_previous_check" CHECK ((previous_hash is null) = (previous_good_until is null))
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text DEFAULT 'viewer' NOT NULL,
	"routes" text[],
	"disabled_at" timestamp with time zone,
	"must_change_password" boolean DEFAULT false NOT NULL,
	"two_factor_enabled" boolean DEFAULT false,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_email_unique" UNIQUE("email"),
	CONSTRAINT "people_role_check" CHECK (role in ('viewer', 'analyst', 'operator', 'auditor', 'admin')),
	CONSTRAINT "people_email_check" CHECK (email = lower(email))
);
--> statement-breakpoint
CREATE TABLE "people_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_accounts_account_unique" UNIQUE("provider_id","account_id"),
	CONSTRAINT "people_accounts_tokens_check" CHECK (access_token is null and refresh_token is null and id_token is null)
);
--> statement-breakpoint
CREATE TABLE "people_challenges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people_second_factors" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"verified" boolean DEFAULT true NOT NULL,
	"failed_verification_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	CONSTRAINT "people_second_factors_person_id_unique" UNIQUE("person_id")
);
--> statement-breakpoint
CREATE TABLE "people_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "people_accounts" ADD CONSTRAINT "people_accounts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people_second_factors" ADD CONSTRAINT "people_second_factors_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people_sessions" ADD CONSTRAINT "people_sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_created_at_index" ON "api_keys" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "people_created_at_index" ON "people" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "people_accounts_person_id_index" ON "people_accounts" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "people_challenges_identifier_index" ON "people_challenges" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "people_challenges_expires_at_index" ON "people_challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "people_sessions_person_id_index" ON "people_sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "people_sessions_expires_at_index" ON "people_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sign_in_attempts_until_index" ON "sign_in_attempts" USING btree ("until");--> statement-breakpoint
CREATE INDEX "human_actions_actor_index" ON "human_actions" USING btree ("actor","at","id");--> statement-breakpoint
CREATE INDEX "human_actions_subject_index" ON "human_actions" USING btree ("subject","at","id");