-- The modules that a drill has proven, a line each: its name, its members, and what was counted. For H2 and PostgreSQL alike.

ALTER TABLE drill ADD COLUMN modules VARCHAR(4000) DEFAULT '' NOT NULL;
