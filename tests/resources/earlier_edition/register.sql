BEGIN TRANSACTION;
CREATE TABLE acknowledgement (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	person INTEGER NOT NULL, 
	policy_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	version_sha256 TEXT NOT NULL, 
	method TEXT NOT NULL, 
	entered_by TEXT, 
	acknowledged_at DATETIME NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	ledger_position INTEGER NOT NULL, 
	school_year INTEGER NOT NULL, 
	CONSTRAINT pk_acknowledgement PRIMARY KEY (id), 
	CONSTRAINT fk_acknowledgement_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_acknowledgement_person_person FOREIGN KEY(person) REFERENCES person (id), 
	CONSTRAINT fk_acknowledgement_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT fk_acknowledgement_version_id_policy_version FOREIGN KEY(version_id) REFERENCES policy_version (id), 
	CONSTRAINT uq_acknowledgement_person_version_id_school_year UNIQUE (person, version_id, school_year)
);
INSERT INTO "acknowledgement" VALUES(1,'westhaven-school',5,2,2,'64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','paper','Jo Office','2025-11-26 07:02:00.000000','2025-11-26 07:02:00.000000',3,0);
INSERT INTO "acknowledgement" VALUES(2,'westhaven-school',2,1,1,'8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f','paper','Jo Office','2025-11-26 07:03:00.000000','2025-11-26 07:03:00.000000',4,0);
INSERT INTO "acknowledgement" VALUES(3,'westhaven-school',2,2,2,'64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','paper','Jo Office','2025-11-26 07:04:00.000000','2025-11-26 07:04:00.000000',5,0);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE approval (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	policy_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	approved_on DATE NOT NULL, 
	minute TEXT, 
	recorded_at DATETIME NOT NULL, 
	CONSTRAINT pk_approval PRIMARY KEY (id), 
	CONSTRAINT fk_approval_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_approval_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT fk_approval_version_id_policy_version FOREIGN KEY(version_id) REFERENCES policy_version (id)
);
INSERT INTO "approval" VALUES(1,'westhaven-school',3,3,'Full Governing Body','2025-11-20','12.3','2025-11-26 07:05:00.000000');
CREATE TABLE campaign (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	state TEXT NOT NULL, 
	route TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	decided_at DATETIME, 
	CONSTRAINT pk_campaign PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_school_school FOREIGN KEY(school) REFERENCES school (school)
);
CREATE TABLE contact_confirmation (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	role TEXT NOT NULL, 
	name TEXT NOT NULL, 
	phone TEXT, 
	email TEXT, 
	how TEXT NOT NULL, 
	confirmed_at DATETIME NOT NULL, 
	CONSTRAINT pk_contact_confirmation PRIMARY KEY (id), 
	CONSTRAINT fk_contact_confirmation_school_school FOREIGN KEY(school) REFERENCES school (school)
);
INSERT INTO "contact_confirmation" VALUES(1,'westhaven-school','dsl','Ada Holt','01632 960101','ada.holt@example.org','configured','2025-11-26 07:01:00.000000');
INSERT INTO "contact_confirmation" VALUES(2,'westhaven-school','headteacher','Ben Lowe','01632 960102','ben.lowe@example.org','configured','2025-11-26 07:01:00.000000');
INSERT INTO "contact_confirmation" VALUES(3,'westhaven-school','office','School office','01632 960110','office@example.org','configured','2025-11-26 07:01:00.000000');
CREATE TABLE delivery (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	message INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	outcome TEXT NOT NULL, 
	detail TEXT, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT fk_delivery_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_delivery_message_message FOREIGN KEY(message) REFERENCES message (id)
);
INSERT INTO "delivery" VALUES(1,'westhaven-school',1,1,'written','2025-11-26-ada-holt-00001.eml','2025-11-26 07:01:00.051822');
INSERT INTO "delivery" VALUES(2,'westhaven-school',2,1,'written','2025-11-26-ben-lowe-00002.eml','2025-11-26 07:01:00.089923');
INSERT INTO "delivery" VALUES(3,'westhaven-school',3,1,'written','2025-11-26-di-nash-00003.eml','2025-11-26 07:01:00.118803');
INSERT INTO "delivery" VALUES(4,'westhaven-school',4,1,'written','2025-11-26-sean-omarsh-00004.eml','2025-11-26 07:01:00.154813');
INSERT INTO "delivery" VALUES(5,'westhaven-school',5,1,'written','2025-11-27-di-nash-00005.eml','2025-11-27 07:01:00.078750');
CREATE TABLE fact_override (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	policy_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	stated TEXT, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_fact_override PRIMARY KEY (id), 
	CONSTRAINT fk_fact_override_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_fact_override_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id)
);
INSERT INTO "fact_override" VALUES(1,'westhaven-school',2,'owner','Di Nash','Ben asked her to','Headteacher','2025-11-26 07:06:00.000000');
CREATE TABLE job_run (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	job TEXT NOT NULL, 
	due_at DATETIME NOT NULL, 
	claimed_at DATETIME NOT NULL, 
	claimed_by TEXT NOT NULL, 
	finished_at DATETIME, 
	succeeded BOOLEAN, 
	detail TEXT, 
	CONSTRAINT pk_job_run PRIMARY KEY (id), 
	CONSTRAINT fk_job_run_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT uq_job_run_school_job_due_at UNIQUE (school, job, due_at)
);
INSERT INTO "job_run" VALUES(1,'westhaven-school','run-day','2025-11-26 00:00:00.000000','2025-11-26 07:01:00.000000','',NULL,NULL,NULL);
INSERT INTO "job_run" VALUES(2,'westhaven-school','run-day','2025-11-27 00:00:00.000000','2025-11-27 07:01:00.000000','',NULL,NULL,NULL);
CREATE TABLE ledger_head (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	root_hash TEXT NOT NULL, 
	signed_at TEXT NOT NULL, 
	public_key TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	CONSTRAINT pk_ledger_head PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_head_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT uq_ledger_head_school_size UNIQUE (school, size)
);
INSERT INTO "ledger_head" VALUES(1,'westhaven-school',3,'f45e1c2acde2d06d036d017bb5ad7f0a76dd0039b6a60bd7fbae54b37987e8fe','2025-11-26T07:01:00.000000Z','103223c878fdaf6506dbc5e42b3903cd3a66bb65de4051e28a9207f0762ba6a4','fb57d519a9fa70a7f9167cce5d49eebe54750915688b49e0b944e0a9a688ff9d5484dc8a4eaf36fb4522412080ea662846a47f8d9c16c28221ad9694f3736005');
INSERT INTO "ledger_head" VALUES(2,'westhaven-school',7,'f6cf079186057242d7a9e3aac7c2430bce9cb044b250fbb2272df775e698448e','2025-11-26T07:05:00.000000Z','103223c878fdaf6506dbc5e42b3903cd3a66bb65de4051e28a9207f0762ba6a4','9bc846b168b5c341f7074beed66fe31a9641fd3a8f54613e4fa690d705271cd047617b66ea8745d5b9d0e7129eaa2c6f0109786c948284205d2aa963892e830c');
INSERT INTO "ledger_head" VALUES(3,'westhaven-school',8,'6ce71f01641bf033810411afb854abdf0d9f8b374fcc295abdd9fdbaf5400323','2025-11-26T07:06:00.000000Z','103223c878fdaf6506dbc5e42b3903cd3a66bb65de4051e28a9207f0762ba6a4','bd48987b89fb600cc8ad8d4455b438af26596cbaeb16609ae05ca0343bf2bfbffed3bb646b8a904c49166a57d00ad722c2879769b0642640c407123f4e6da70a');
CREATE TABLE ledger_opening (
	commitment TEXT NOT NULL, 
	school TEXT NOT NULL, 
	salt TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_ledger_opening PRIMARY KEY (commitment), 
	CONSTRAINT fk_ledger_opening_school_school FOREIGN KEY(school) REFERENCES school (school)
);
INSERT INTO "ledger_opening" VALUES('5bc1208152c7f90320baad1af342fedfae4cd161041f1bbc115c28079ca1367c','westhaven-school','f9d7676939c28f85772d4e50cb4f0bbfd06b439618a69c508451c22336043227','W5');
INSERT INTO "ledger_opening" VALUES('46ee4ccd68a0bd1ba53555f3f96d1adb212238f6dd7599aa03303a3c3e22e0ec','westhaven-school','6ef55913dc10528738e93ecd3452dbc5b7e7eda075521371f7ba068e97b33d76','Ed Orr');
INSERT INTO "ledger_opening" VALUES('1263b5be20472abb39d5e078c789eaff2a1fb1cc757b5bd33cd3b364e21123a4','westhaven-school','acaab5fdae55bce3d4c33bb05a398acd21ee3c6bd72813313d11d4a476d07ddb','Jo Office');
INSERT INTO "ledger_opening" VALUES('a092311c9464e29beb8a64c067f0c25c104418890f8e9fad6db2eed543bb1b8a','westhaven-school','10579bdd7240790d3e4bb7571fd022c1d6155af91795d5a44cdab634ad2b2997','W2');
INSERT INTO "ledger_opening" VALUES('815007f7a54c7d95e1da7b0cf000dabf3526b71bef6f4bbb9889e88064b0cbd0','westhaven-school','575f440fee695f6399395b0d05ed0bd886e784a8d28038a6eaec54bfad0eb2f9','Ben Lowe');
INSERT INTO "ledger_opening" VALUES('4af7e77e364f7fcc22b708f3c98f77718070a3d088c6be03cacbed72e793acd9','westhaven-school','b546702ca6e6128ff40f8fd310708a1d0b2ff241820e8cbd5be70c02b9297e57','Jo Office');
INSERT INTO "ledger_opening" VALUES('0be7d9cb75334f0254ec3c0c051039378d11fd08924506f0954ad8c8992713be','westhaven-school','c38fee6978efb73d3a6d0476bc86c891b2913dc5b82ecd1e357b88fac7544516','W2');
INSERT INTO "ledger_opening" VALUES('56139e262cdf965379401064e0745b3ffea347719a3d19d38cb5f5fc52fe2db3','westhaven-school','e8ef6b0e1154ecadc310d258fb4ef8f6dd3789210f8c015c086ee4ba53b2dac4','Ben Lowe');
INSERT INTO "ledger_opening" VALUES('440615d31f3f48e88166019a231f46e1c9929067b6075dd00b30af0f7807ecc8','westhaven-school','bf486912dea58fa397c721da6e1c98ddd0bffe034083434293cf6168f95e9949','Jo Office');
CREATE TABLE ledger_record (
	school TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	leaf_hash TEXT NOT NULL, 
	CONSTRAINT pk_ledger_record PRIMARY KEY (school, position), 
	CONSTRAINT fk_ledger_record_school_school FOREIGN KEY(school) REFERENCES school (school)
);
INSERT INTO "ledger_record" VALUES('westhaven-school',0,'{"at":"2025-11-26T07:01:00.000000Z","fields":{"policy":"child-protection","revision":"adopted","sha256":"8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f","status":"approved","version":1},"kind":"version","personal":{},"position":0,"school":"westhaven-school","type":"record"}','6cd796842be85d4c7bfaec873afedbb3f254ade9e0eba73375c69b3f9b67324a');
INSERT INTO "ledger_record" VALUES('westhaven-school',1,'{"at":"2025-11-26T07:01:00.000000Z","fields":{"policy":"staff-code-of-conduct","revision":"adopted","sha256":"64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725","status":"approved","version":1},"kind":"version","personal":{},"position":1,"school":"westhaven-school","type":"record"}','9a31aef9efd0dc187c1dac6b4e73906c0519e44c0005421cf3e4ddbb13d70769');
INSERT INTO "ledger_record" VALUES('westhaven-school',2,'{"at":"2025-11-26T07:01:00.000000Z","fields":{"policy":"charging-remissions","revision":"adopted","sha256":"dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e","status":"approved","version":1},"kind":"version","personal":{},"position":2,"school":"westhaven-school","type":"record"}','2930dd6c5b4d14f8ac77661fdb44433c7777428a5da05c0990d0f5138b74c33b');
INSERT INTO "ledger_record" VALUES('westhaven-school',3,'{"at":"2025-11-26T07:02:00.000000Z","fields":{"acknowledged_at":"2025-11-26T07:02:00+00:00","method":"paper","policy":"staff-code-of-conduct","sha256":"64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725","version":1},"kind":"acknowledgement","personal":{"entered_by":"1263b5be20472abb39d5e078c789eaff2a1fb1cc757b5bd33cd3b364e21123a4","name":"46ee4ccd68a0bd1ba53555f3f96d1adb212238f6dd7599aa03303a3c3e22e0ec","person_id":"5bc1208152c7f90320baad1af342fedfae4cd161041f1bbc115c28079ca1367c"},"position":3,"school":"westhaven-school","type":"record"}','f2c241885e3c1a9ee5970131e1a95711f0a4a6b432f506d6f95a8d39490367ad');
INSERT INTO "ledger_record" VALUES('westhaven-school',4,'{"at":"2025-11-26T07:03:00.000000Z","fields":{"acknowledged_at":"2025-11-26T07:03:00+00:00","method":"paper","policy":"child-protection","sha256":"8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f","version":1},"kind":"acknowledgement","personal":{"entered_by":"4af7e77e364f7fcc22b708f3c98f77718070a3d088c6be03cacbed72e793acd9","name":"815007f7a54c7d95e1da7b0cf000dabf3526b71bef6f4bbb9889e88064b0cbd0","person_id":"a092311c9464e29beb8a64c067f0c25c104418890f8e9fad6db2eed543bb1b8a"},"position":4,"school":"westhaven-school","type":"record"}','42943b34621adf26a3249823cd6e19acbd5ff16a7949b62a709da39b9547732b');
INSERT INTO "ledger_record" VALUES('westhaven-school',5,'{"at":"2025-11-26T07:04:00.000000Z","fields":{"acknowledged_at":"2025-11-26T07:04:00+00:00","method":"paper","policy":"staff-code-of-conduct","sha256":"64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725","version":1},"kind":"acknowledgement","personal":{"entered_by":"440615d31f3f48e88166019a231f46e1c9929067b6075dd00b30af0f7807ecc8","name":"56139e262cdf965379401064e0745b3ffea347719a3d19d38cb5f5fc52fe2db3","person_id":"0be7d9cb75334f0254ec3c0c051039378d11fd08924506f0954ad8c8992713be"},"position":5,"school":"westhaven-school","type":"record"}','2811c08b9b4fb7c5e435e7ac3b9ee400e781524404204fd47b5bdd74e1076836');
INSERT INTO "ledger_record" VALUES('westhaven-school',6,'{"at":"2025-11-26T07:05:00.000000Z","fields":{"by":"Full Governing Body","minute":"12.3","on":"2025-11-20","policy":"charging-remissions","sha256":"dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e","version":1},"kind":"approved","personal":{},"position":6,"school":"westhaven-school","type":"record"}','a4725d78ee58bb3b409d4b119f5bff0913ad1d4f1f70eeb9dc49ddcd5715067c');
INSERT INTO "ledger_record" VALUES('westhaven-school',7,'{"at":"2025-11-26T07:06:00.000000Z","fields":{"field":"owner","policy":"staff-code-of-conduct","reason":"Ben asked her to","value":"Di Nash"},"kind":"overruled","personal":{},"position":7,"school":"westhaven-school","type":"record"}','5132745c340f20a2c15bbc07d54d80d66753108beb3ca3609a928bec76b1535e');
CREATE TABLE mail_route (
	school TEXT NOT NULL, 
	route TEXT NOT NULL, 
	paused_until DATETIME, 
	detail TEXT, 
	CONSTRAINT fk_mail_route_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT uq_mail_route_school_route UNIQUE (school, route)
);
CREATE TABLE message (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	"key" TEXT, 
	kind TEXT NOT NULL, 
	campaign INTEGER, 
	person INTEGER, 
	recipient TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	text_part TEXT NOT NULL, 
	html_part TEXT NOT NULL, 
	attachments JSON NOT NULL, 
	message_id TEXT NOT NULL, 
	due_on DATE NOT NULL, 
	state TEXT NOT NULL, 
	route TEXT, 
	attempts INTEGER NOT NULL, 
	next_try_at DATETIME, 
	claimed_by TEXT, 
	claimed_at DATETIME, 
	in_doubt BOOLEAN NOT NULL, 
	queued_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	detail TEXT, 
	CONSTRAINT pk_message PRIMARY KEY (id), 
	CONSTRAINT fk_message_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_message_campaign_campaign FOREIGN KEY(campaign) REFERENCES campaign (id), 
	CONSTRAINT fk_message_person_person FOREIGN KEY(person) REFERENCES person (id), 
	CONSTRAINT uq_message_school_key UNIQUE (school, "key"), 
	CONSTRAINT uq_message_school_message_id UNIQUE (school, message_id)
);
INSERT INTO "message" VALUES(1,'westhaven-school','folder:folder:1:reading:2025-11-26:82ceaa5fd57fe448','reading',NULL,1,'ada.holt@example.org','Westhaven School: please read Safeguarding and Child Protection Policy and Staff Code of Conduct by 10 December 2025','WORRIED ABOUT A CHILD? Speak to Ms Ada Holt (telephone 01632 960101), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.

Hello Ada,

Westhaven School asks you to read 2 policies by 10 December 2025: about 2 minutes in all.

* Safeguarding and Child Protection Policy
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it
* Staff Code of Conduct
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it

The copies are attached.

WHEN YOU HAVE READ THEM
Reply to this mail with these words at the top: I have read

GOOD TO KNOW WHERE TO FIND
* Charging and Remissions Policy
It is with the school''s other policies, or ask the school office.

--
You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.
','<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Westhaven School: policies to read</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;">
<div style="max-width:36em;margin:0 auto;">
<p style="margin:0 0 24px;padding:12px 16px;border-left:6px solid #b3261e;background:#fdf0ef;"><strong>Worried about a child?</strong> Speak to <strong>Ms Ada Holt</strong> (telephone <strong style="white-space:nowrap;">01632 960101</strong>), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.</p>
<p>Hello Ada,</p>
<p>Westhaven School asks you to read 2 policies by <strong>10 December 2025</strong>: about 2 minutes in all.</p>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Safeguarding and Child Protection Policy</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
</ul>
<p>The copies are attached.</p>
<h2 style="font-size:19px;margin:24px 0 8px;">When you have read them</h2>
<p>Reply to this mail with these words at the top: <strong>I have read</strong></p>
<h2 style="font-size:19px;margin:24px 0 8px;">Good to know where to find</h2>
<ul style="margin:0 0 16px;padding-left:20px;">
<li>Charging and Remissions Policy</li></ul>
<p>It is with the school’s other policies, or ask the school office.</p>

<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #c4c4c4;color:#4a4a4a;font-size:15px;">You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.</p>
</div>
</body>
</html>
','[{"copy_id": 2, "file_name": "Safeguarding and Child Protection Policy.pdf", "path": "copies/child-protection.pdf", "sha256": "f028e3fb73160479598a425d28766ffb1df2b8c5821e5ac75240d569535037d1", "size_bytes": 42562}, {"copy_id": 3, "file_name": "Staff Code of Conduct.pdf", "path": "copies/staff-code-of-conduct.pdf", "sha256": "b877a5b49171438d569f78696795b4602dde22736c94a4f8734985271b7a12cf", "size_bytes": 42495}]','<06f0656793183d0a3497c2cbf926dc96cff6fd32@school.invalid>','2025-11-26','written','folder',1,NULL,NULL,NULL,0,'2025-11-26 07:01:00.000000','2025-11-26 07:01:00.051822','2025-11-26-ada-holt-00001.eml');
INSERT INTO "message" VALUES(2,'westhaven-school','folder:folder:2:reading:2025-11-26:61e4458184df251b','reading',NULL,2,'ben.lowe@example.org','Westhaven School: please read Safeguarding and Child Protection Policy and 1 more by 10 December 2025; reviews for you: Staff Code of Conduct (due in 35 days)','WORRIED ABOUT A CHILD? Speak to Ms Ada Holt (telephone 01632 960101), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.

Hello Ben,

Westhaven School asks you to read 2 policies by 10 December 2025: about 2 minutes in all.

* Safeguarding and Child Protection Policy
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it
* Staff Code of Conduct
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it

The copies are attached.

WHEN YOU HAVE READ THEM
Reply to this mail with these words at the top: I have read

GOOD TO KNOW WHERE TO FIND
* Charging and Remissions Policy
It is with the school''s other policies, or ask the school office.

REVIEWS YOU LOOK AFTER
1 policy review at Westhaven School is waiting for you.

REVIEW COMING UP
* Staff Code of Conduct
  Due 31 December 2025: in 35 days.

WHAT TO DO
1. Read the policy and change what has changed, or note that it was checked, unchanged.
2. Take it to whoever approves it.
3. Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.

You are told of this because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told.

--
You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.
','<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Westhaven School: policies to read</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;">
<div style="max-width:36em;margin:0 auto;">
<p style="margin:0 0 24px;padding:12px 16px;border-left:6px solid #b3261e;background:#fdf0ef;"><strong>Worried about a child?</strong> Speak to <strong>Ms Ada Holt</strong> (telephone <strong style="white-space:nowrap;">01632 960101</strong>), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.</p>
<p>Hello Ben,</p>
<p>Westhaven School asks you to read 2 policies by <strong>10 December 2025</strong>: about 2 minutes in all.</p>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Safeguarding and Child Protection Policy</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
</ul>
<p>The copies are attached.</p>
<h2 style="font-size:19px;margin:24px 0 8px;">When you have read them</h2>
<p>Reply to this mail with these words at the top: <strong>I have read</strong></p>
<h2 style="font-size:19px;margin:24px 0 8px;">Good to know where to find</h2>
<ul style="margin:0 0 16px;padding-left:20px;">
<li>Charging and Remissions Policy</li></ul>
<p>It is with the school’s other policies, or ask the school office.</p>
<h2 style="font-size:22px;margin:32px 0 8px;padding-top:16px;border-top:1px solid #c4c4c4;">Reviews you look after</h2>
<p>1 policy review at Westhaven School is waiting for you.</p>
<h3 style="font-size:19px;margin:24px 0 8px;">Review coming up</h3>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>Due 31 December 2025: <strong>in 35 days</strong>.</li>
</ul>

<h3 style="font-size:19px;margin:24px 0 8px;">What to do</h3>
<ol style="margin:0 0 16px;padding-left:24px;">
<li>Read the policy and change what has changed, or note that it was checked, unchanged.</li>
<li>Take it to whoever approves it.</li>
<li>Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.</li>
</ol>

<p>You are told of this because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told.</p>

<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #c4c4c4;color:#4a4a4a;font-size:15px;">You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.</p>
</div>
</body>
</html>
','[{"copy_id": 2, "file_name": "Safeguarding and Child Protection Policy.pdf", "path": "copies/child-protection.pdf", "sha256": "f028e3fb73160479598a425d28766ffb1df2b8c5821e5ac75240d569535037d1", "size_bytes": 42562}, {"copy_id": 3, "file_name": "Staff Code of Conduct.pdf", "path": "copies/staff-code-of-conduct.pdf", "sha256": "b877a5b49171438d569f78696795b4602dde22736c94a4f8734985271b7a12cf", "size_bytes": 42495}]','<39add3f07e5310c773f9f2442157cc5731e4a4f2@school.invalid>','2025-11-26','written','folder',1,NULL,NULL,NULL,0,'2025-11-26 07:01:00.000000','2025-11-26 07:01:00.089923','2025-11-26-ben-lowe-00002.eml');
INSERT INTO "message" VALUES(3,'westhaven-school','folder:folder:4:reading:2025-11-26:f4bbecdf6f05be0d','reading',NULL,4,'di.nash@example.org','Westhaven School: please read Safeguarding and Child Protection Policy and 1 more by 10 December 2025; reviews for you: Charging and Remissions Policy (due in 4 days)','WORRIED ABOUT A CHILD? Speak to Ms Ada Holt (telephone 01632 960101), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.

Hello Di,

Westhaven School asks you to read 2 policies by 10 December 2025: about 2 minutes in all.

* Safeguarding and Child Protection Policy
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it
* Staff Code of Conduct
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it

The copies are attached.

WHEN YOU HAVE READ THEM
Reply to this mail with these words at the top: I have read

GOOD TO KNOW WHERE TO FIND
* Charging and Remissions Policy
It is with the school''s other policies, or ask the school office.

REVIEWS YOU LOOK AFTER
1 policy review at Westhaven School is waiting for you.

REVIEW COMING UP
* Charging and Remissions Policy
  Due 30 November 2025: in 4 days.

WHAT TO DO
1. Read the policy and change what has changed, or note that it was checked, unchanged.
2. Take it to whoever approves it.
3. Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.

You are told of this because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told.

--
You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.
','<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Westhaven School: policies to read</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;">
<div style="max-width:36em;margin:0 auto;">
<p style="margin:0 0 24px;padding:12px 16px;border-left:6px solid #b3261e;background:#fdf0ef;"><strong>Worried about a child?</strong> Speak to <strong>Ms Ada Holt</strong> (telephone <strong style="white-space:nowrap;">01632 960101</strong>), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.</p>
<p>Hello Di,</p>
<p>Westhaven School asks you to read 2 policies by <strong>10 December 2025</strong>: about 2 minutes in all.</p>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Safeguarding and Child Protection Policy</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
</ul>
<p>The copies are attached.</p>
<h2 style="font-size:19px;margin:24px 0 8px;">When you have read them</h2>
<p>Reply to this mail with these words at the top: <strong>I have read</strong></p>
<h2 style="font-size:19px;margin:24px 0 8px;">Good to know where to find</h2>
<ul style="margin:0 0 16px;padding-left:20px;">
<li>Charging and Remissions Policy</li></ul>
<p>It is with the school’s other policies, or ask the school office.</p>
<h2 style="font-size:22px;margin:32px 0 8px;padding-top:16px;border-top:1px solid #c4c4c4;">Reviews you look after</h2>
<p>1 policy review at Westhaven School is waiting for you.</p>
<h3 style="font-size:19px;margin:24px 0 8px;">Review coming up</h3>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Charging and Remissions Policy</strong><br>Due 30 November 2025: <strong>in 4 days</strong>.</li>
</ul>

<h3 style="font-size:19px;margin:24px 0 8px;">What to do</h3>
<ol style="margin:0 0 16px;padding-left:24px;">
<li>Read the policy and change what has changed, or note that it was checked, unchanged.</li>
<li>Take it to whoever approves it.</li>
<li>Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.</li>
</ol>

<p>You are told of this because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told.</p>

<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #c4c4c4;color:#4a4a4a;font-size:15px;">You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.</p>
</div>
</body>
</html>
','[{"copy_id": 2, "file_name": "Safeguarding and Child Protection Policy.pdf", "path": "copies/child-protection.pdf", "sha256": "f028e3fb73160479598a425d28766ffb1df2b8c5821e5ac75240d569535037d1", "size_bytes": 42562}, {"copy_id": 3, "file_name": "Staff Code of Conduct.pdf", "path": "copies/staff-code-of-conduct.pdf", "sha256": "b877a5b49171438d569f78696795b4602dde22736c94a4f8734985271b7a12cf", "size_bytes": 42495}]','<f43eaa0b8efb2672d3a86afae181aaa2b601ae52@school.invalid>','2025-11-26','written','folder',1,NULL,NULL,NULL,0,'2025-11-26 07:01:00.000000','2025-11-26 07:01:00.118803','2025-11-26-di-nash-00003.eml');
INSERT INTO "message" VALUES(4,'westhaven-school','folder:folder:3:reading:2025-11-26:f08e7280c1d3095f','reading',NULL,3,'sean.omarsh@example.org','Westhaven School: please read Safeguarding and Child Protection Policy and Staff Code of Conduct by 10 December 2025','WORRIED ABOUT A CHILD? Speak to Ms Ada Holt (telephone 01632 960101), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.

Hello Séan,

Westhaven School asks you to read 2 policies by 10 December 2025: about 2 minutes in all.

* Safeguarding and Child Protection Policy
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it
* Staff Code of Conduct
  About 1 minute. Read it and record your reading.
  Why you: all staff are asked to read it

The copies are attached.

WHEN YOU HAVE READ THEM
Reply to this mail with these words at the top: I have read

GOOD TO KNOW WHERE TO FIND
* Charging and Remissions Policy
It is with the school''s other policies, or ask the school office.

--
You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.
','<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Westhaven School: policies to read</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;">
<div style="max-width:36em;margin:0 auto;">
<p style="margin:0 0 24px;padding:12px 16px;border-left:6px solid #b3261e;background:#fdf0ef;"><strong>Worried about a child?</strong> Speak to <strong>Ms Ada Holt</strong> (telephone <strong style="white-space:nowrap;">01632 960101</strong>), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.</p>
<p>Hello Séan,</p>
<p>Westhaven School asks you to read 2 policies by <strong>10 December 2025</strong>: about 2 minutes in all.</p>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Safeguarding and Child Protection Policy</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>About 1 minute. Read it and record your reading.<br><span style="color:#4a4a4a;">Why you: all staff are asked to read it</span></li>
</ul>
<p>The copies are attached.</p>
<h2 style="font-size:19px;margin:24px 0 8px;">When you have read them</h2>
<p>Reply to this mail with these words at the top: <strong>I have read</strong></p>
<h2 style="font-size:19px;margin:24px 0 8px;">Good to know where to find</h2>
<ul style="margin:0 0 16px;padding-left:20px;">
<li>Charging and Remissions Policy</li></ul>
<p>It is with the school’s other policies, or ask the school office.</p>

<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #c4c4c4;color:#4a4a4a;font-size:15px;">You get this mail because you work at Westhaven School. It was sent by a program; a reply reaches the school.</p>
</div>
</body>
</html>
','[{"copy_id": 2, "file_name": "Safeguarding and Child Protection Policy.pdf", "path": "copies/child-protection.pdf", "sha256": "f028e3fb73160479598a425d28766ffb1df2b8c5821e5ac75240d569535037d1", "size_bytes": 42562}, {"copy_id": 3, "file_name": "Staff Code of Conduct.pdf", "path": "copies/staff-code-of-conduct.pdf", "sha256": "b877a5b49171438d569f78696795b4602dde22736c94a4f8734985271b7a12cf", "size_bytes": 42495}]','<454ea0c8ff7ec7e5cea1ef73fe0affa798474ae8@school.invalid>','2025-11-26','written','folder',1,NULL,NULL,NULL,0,'2025-11-26 07:01:00.000000','2025-11-26 07:01:00.154813','2025-11-26-sean-omarsh-00004.eml');
INSERT INTO "message" VALUES(5,'westhaven-school','folder:owner:di.nash@example.org:2025-11-27:9093885d8038ab44','owner',NULL,NULL,'di.nash@example.org','Westhaven School: policy review for you: Staff Code of Conduct (due in 34 days)','WORRIED ABOUT A CHILD? Speak to Ms Ada Holt (telephone 01632 960101), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.

Hello,

1 policy review at Westhaven School is waiting for you.

REVIEW COMING UP
* Staff Code of Conduct
  Due 31 December 2025: in 34 days.

WHAT TO DO
1. Read the policy and change what has changed, or note that it was checked, unchanged.
2. Take it to whoever approves it.
3. Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.

--
You get this mail because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told. It was sent by a program; a reply reaches the school.
','<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Westhaven School: policy reviews</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;">
<div style="max-width:36em;margin:0 auto;">
<p style="margin:0 0 24px;padding:12px 16px;border-left:6px solid #b3261e;background:#fdf0ef;"><strong>Worried about a child?</strong> Speak to <strong>Ms Ada Holt</strong> (telephone <strong style="white-space:nowrap;">01632 960101</strong>), Designated Safeguarding Lead, in person or by telephone, now. Never use this mail or a reply to it.</p>
<p>Hello,</p>
<p>1 policy review at Westhaven School is waiting for you.</p>
<h2 style="font-size:19px;margin:24px 0 8px;">Review coming up</h2>
<ul style="margin:0 0 16px;padding-left:20px;">
<li style="margin:0 0 14px;"><strong>Staff Code of Conduct</strong><br>Due 31 December 2025: <strong>in 34 days</strong>.</li>
</ul>

<h2 style="font-size:19px;margin:24px 0 8px;">What to do</h2>
<ol style="margin:0 0 16px;padding-left:24px;">
<li>Read the policy and change what has changed, or note that it was checked, unchanged.</li>
<li>Take it to whoever approves it.</li>
<li>Save the new file in the policies folder and tell the school office the day and who approved it. The reminders then stop.</li>
</ol>

<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #c4c4c4;color:#4a4a4a;font-size:15px;">You get this mail because this policy names you, or a role you hold, as the one who looks after it, or because the school wants you told. It was sent by a program; a reply reaches the school.</p>
</div>
</body>
</html>
','[]','<2cfaab4762f2224dacd158982e1981d6abbbc433@school.invalid>','2025-11-27','written','folder',1,NULL,NULL,NULL,0,'2025-11-27 07:01:00.000000','2025-11-27 07:01:00.078750','2025-11-27-di-nash-00005.eml');
CREATE TABLE message_item (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	message INTEGER NOT NULL, 
	route TEXT NOT NULL, 
	person INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	request INTEGER, 
	to_read BOOLEAN NOT NULL, 
	CONSTRAINT pk_message_item PRIMARY KEY (id), 
	CONSTRAINT fk_message_item_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_message_item_message_message FOREIGN KEY(message) REFERENCES message (id), 
	CONSTRAINT fk_message_item_person_person FOREIGN KEY(person) REFERENCES person (id), 
	CONSTRAINT fk_message_item_request_request FOREIGN KEY(request) REFERENCES request (id), 
	CONSTRAINT fk_message_item_version_id_policy_version FOREIGN KEY(version_id) REFERENCES policy_version (id), 
	CONSTRAINT uq_message_item_message_version_id UNIQUE (message, version_id)
);
INSERT INTO "message_item" VALUES(1,'westhaven-school',1,'folder',1,1,1,1);
INSERT INTO "message_item" VALUES(2,'westhaven-school',1,'folder',1,2,2,1);
INSERT INTO "message_item" VALUES(3,'westhaven-school',1,'folder',1,3,NULL,0);
INSERT INTO "message_item" VALUES(4,'westhaven-school',2,'folder',2,1,3,1);
INSERT INTO "message_item" VALUES(5,'westhaven-school',2,'folder',2,2,4,1);
INSERT INTO "message_item" VALUES(6,'westhaven-school',2,'folder',2,3,NULL,0);
INSERT INTO "message_item" VALUES(7,'westhaven-school',3,'folder',4,1,5,1);
INSERT INTO "message_item" VALUES(8,'westhaven-school',3,'folder',4,2,6,1);
INSERT INTO "message_item" VALUES(9,'westhaven-school',3,'folder',4,3,NULL,0);
INSERT INTO "message_item" VALUES(10,'westhaven-school',4,'folder',3,1,7,1);
INSERT INTO "message_item" VALUES(11,'westhaven-school',4,'folder',3,2,8,1);
INSERT INTO "message_item" VALUES(12,'westhaven-school',4,'folder',3,3,NULL,0);
CREATE TABLE person (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	source TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	first_name TEXT NOT NULL, 
	last_name TEXT NOT NULL, 
	work_email TEXT, 
	role TEXT NOT NULL, 
	start_on DATE, 
	leave_on DATE, 
	away_until DATE, 
	missing_since DATE, 
	token_key TEXT NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT fk_person_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT uq_person_school_source_person_id UNIQUE (school, source, person_id)
);
INSERT INTO "person" VALUES(1,'westhaven-school','staff.csv','W1','Ada','Holt','ada.holt@example.org','Designated Safeguarding Lead','2017-09-01',NULL,NULL,NULL,'db9cd412f7fc03346993459b','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(2,'westhaven-school','staff.csv','W2','Ben','Lowe','ben.lowe@example.org','Headteacher','2016-09-01',NULL,NULL,NULL,'38d3e0a1ea54bd699c4c400a','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(3,'westhaven-school','staff.csv','W3','Séan','O''Marsh','sean.omarsh@example.org','Teacher','2019-09-01','2025-11-26',NULL,NULL,'7644d9765fd2cf642772e638','2025-11-26 07:01:00.000000','2025-11-27 07:01:00.000000');
INSERT INTO "person" VALUES(4,'westhaven-school','staff.csv','W4','Di','Nash','di.nash@example.org','School Business Manager','2020-01-06',NULL,NULL,NULL,'a957848633b5ac654cc4ff31','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(5,'westhaven-school','staff.csv','W5','Ed','Orr',NULL,'Site Manager','2011-06-13',NULL,NULL,NULL,'91581135c0d44ff68409b17e','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(6,'westhaven-school','staff.csv','W6','Flo','Pike','flo.pike@example.org','Teaching Assistant','2022-04-25',NULL,'2025-12-05',NULL,'a5ab761caf724bb41e982a97','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(7,'westhaven-school','staff.csv','W7','Gil','Rowe','gil.rowe@example.org','Teacher','2025-12-01',NULL,NULL,NULL,'6b2204873347d674aef1e7d5','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
INSERT INTO "person" VALUES(8,'westhaven-school','staff.csv','W8','Hal','Shaw','hal.shaw@example.org','Teacher','2014-09-01','2025-08-31',NULL,NULL,'da08a034acda27d04999b14c','2025-11-26 07:01:00.000000','2025-11-26 07:01:00.000000');
CREATE TABLE policy (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	slug TEXT NOT NULL, 
	title TEXT NOT NULL, 
	catalogue_slug TEXT, 
	withdrawn_on DATE, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_policy PRIMARY KEY (id), 
	CONSTRAINT fk_policy_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT uq_policy_school_slug UNIQUE (school, slug)
);
INSERT INTO "policy" VALUES(1,'westhaven-school','child-protection','Safeguarding and Child Protection Policy','child-protection',NULL,'2025-11-26 07:01:00.000000');
INSERT INTO "policy" VALUES(2,'westhaven-school','staff-code-of-conduct','Staff Code of Conduct','staff-code-of-conduct',NULL,'2025-11-26 07:01:00.000000');
INSERT INTO "policy" VALUES(3,'westhaven-school','charging-remissions','Charging and Remissions Policy','charging-remissions',NULL,'2025-11-26 07:01:00.000000');
CREATE TABLE policy_copy (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	policy_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	fingerprint TEXT NOT NULL, 
	code TEXT NOT NULL, 
	docx_path TEXT, 
	docx_sha256 TEXT, 
	pdf_path TEXT, 
	pdf_sha256 TEXT, 
	pdf_bytes INTEGER, 
	held_reason TEXT, 
	replacements JSON NOT NULL, 
	left_on_purpose JSON NOT NULL, 
	"left" JSON NOT NULL, 
	made_at DATETIME NOT NULL, 
	retired_at DATETIME, appendix_path TEXT, appendix_sha256 TEXT, html_path TEXT, html_sha256 TEXT, 
	CONSTRAINT pk_policy_copy PRIMARY KEY (id), 
	CONSTRAINT fk_policy_copy_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_policy_copy_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT fk_policy_copy_version_id_policy_version FOREIGN KEY(version_id) REFERENCES policy_version (id), 
	CONSTRAINT uq_policy_copy_school_code UNIQUE (school, code)
);
INSERT INTO "policy_copy" VALUES(1,'westhaven-school',3,3,'77a03aaae451bef8267f87403e011441e32bfea8e32427f985421bacb930986d:eef081c071fd2949679c7766e0b86cde9ad9bc86a15da7bfcf23132a38995f89','6HD-QG86','copies/charging-remissions.docx','dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e','copies/charging-remissions.pdf','762905e2e33b07f0c18d54aa217c13f5f893d20da920786b2b0dbfbf6d850522',43431,NULL,'[{"where": "the front", "role": "dsl", "kind": "name", "before": "", "after": "Ada Holt"}, {"where": "the front", "role": "dsl", "kind": "phone", "before": "", "after": "01632 960101"}, {"where": "the front", "role": "dsl", "kind": "email", "before": "", "after": "ada.holt@example.org"}, {"where": "the front", "role": "headteacher", "kind": "name", "before": "", "after": "Ben Lowe"}, {"where": "the front", "role": "headteacher", "kind": "phone", "before": "", "after": "01632 960102"}, {"where": "the front", "role": "headteacher", "kind": "email", "before": "", "after": "ben.lowe@example.org"}]','[]','[]','2025-11-26 07:01:00.000000','2025-11-27 07:01:00.000000',NULL,NULL,'copies/charging-remissions.html','a8c15834e3d1ed01ffe60520a14e5ac4439fc0fc3c2af1e9e4856080484e761a');
INSERT INTO "policy_copy" VALUES(2,'westhaven-school',1,1,'88d69844d53b972dc7edeab2a1c6f437bf097e9e466392e0c3211cb89652b61d:c2519cb433ec9f2846c20afd302820a6be9402b7d088ea6d0b93229293c66cb9','BTC-6N2K','copies/child-protection.docx','8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f','copies/child-protection.pdf','f028e3fb73160479598a425d28766ffb1df2b8c5821e5ac75240d569535037d1',42562,NULL,'[{"where": "the front", "role": "dsl", "kind": "name", "before": "", "after": "Ada Holt"}, {"where": "the front", "role": "dsl", "kind": "phone", "before": "", "after": "01632 960101"}, {"where": "the front", "role": "dsl", "kind": "email", "before": "", "after": "ada.holt@example.org"}, {"where": "the front", "role": "headteacher", "kind": "name", "before": "", "after": "Ben Lowe"}, {"where": "the front", "role": "headteacher", "kind": "phone", "before": "", "after": "01632 960102"}, {"where": "the front", "role": "headteacher", "kind": "email", "before": "", "after": "ben.lowe@example.org"}]','[]','[]','2025-11-26 07:01:00.000000',NULL,NULL,NULL,'copies/child-protection.html','ff4ff127b0d4267fbf4d88aaee5ec5255adedde7153135a326dbdd1ea3e10092');
INSERT INTO "policy_copy" VALUES(3,'westhaven-school',2,2,'1bfd86a045c2a4d71f9b00100ce5a8956d5756db556b754992b514d6c8502f54:65737b2d2b0d4c76bc1b661c37a2e227d439caf0d77cb82063071067600e11f9','B3W-G5ZZ','copies/staff-code-of-conduct.docx','64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','copies/staff-code-of-conduct.pdf','b877a5b49171438d569f78696795b4602dde22736c94a4f8734985271b7a12cf',42495,NULL,'[{"where": "the front", "role": "dsl", "kind": "name", "before": "", "after": "Ada Holt"}, {"where": "the front", "role": "dsl", "kind": "phone", "before": "", "after": "01632 960101"}, {"where": "the front", "role": "dsl", "kind": "email", "before": "", "after": "ada.holt@example.org"}, {"where": "the front", "role": "headteacher", "kind": "name", "before": "", "after": "Ben Lowe"}, {"where": "the front", "role": "headteacher", "kind": "phone", "before": "", "after": "01632 960102"}, {"where": "the front", "role": "headteacher", "kind": "email", "before": "", "after": "ben.lowe@example.org"}]','[]','[]','2025-11-26 07:01:00.000000','2025-11-27 07:01:00.000000',NULL,NULL,'copies/staff-code-of-conduct.html','027e6cda8ea978b182e51bf820de83d4008c12e9e2ff24a16c55936e8e364831');
INSERT INTO "policy_copy" VALUES(4,'westhaven-school',3,3,'77a03aaae451bef8267f87403e011441e32bfea8e32427f985421bacb930986d:32a9081b497da82dbee2cf51ff0c9ba75361d893f75a16923b9b73b8a1f6c064','GZS-RF2M','copies/charging-remissions.docx','ec4223aa4bf124f2e98e8aa15c2939333dce8c39b80edafb737260047783a702','copies/charging-remissions.pdf','cad9e79f1b62b9621c961e6c7b0b5162a84fb36a6f0b8a8c2ef4a726fa8c1929',42594,NULL,'[{"where": "paragraph 5", "role": "policy", "kind": "header", "before": "12 November 2024", "after": "20 November 2025"}, {"where": "paragraph 6", "role": "policy", "kind": "header", "before": "November 2025", "after": "November 2026"}, {"where": "the front", "role": "dsl", "kind": "name", "before": "", "after": "Ada Holt"}, {"where": "the front", "role": "dsl", "kind": "phone", "before": "", "after": "01632 960101"}, {"where": "the front", "role": "dsl", "kind": "email", "before": "", "after": "ada.holt@example.org"}, {"where": "the front", "role": "headteacher", "kind": "name", "before": "", "after": "Ben Lowe"}, {"where": "the front", "role": "headteacher", "kind": "phone", "before": "", "after": "01632 960102"}, {"where": "the front", "role": "headteacher", "kind": "email", "before": "", "after": "ben.lowe@example.org"}]','[]','[]','2025-11-27 07:01:00.000000',NULL,NULL,NULL,'copies/charging-remissions.html','819fde10111d3744d6d14910020aaa5247dad36674b20af7c57680f09079ac6d');
INSERT INTO "policy_copy" VALUES(5,'westhaven-school',2,2,'1bfd86a045c2a4d71f9b00100ce5a8956d5756db556b754992b514d6c8502f54:8723327ad162dd3f114964c225943437f3e2cf69c0a7b5fa75d7124e39c1cff4','7QF-3CV9','copies/staff-code-of-conduct.docx','64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','copies/staff-code-of-conduct.pdf','7eda7f49003b00e56dc191adc6d327913e5fb057698f5b0fe6b6a9e04cc0bc46',42694,NULL,'[{"where": "the front", "role": "dsl", "kind": "name", "before": "", "after": "Ada Holt"}, {"where": "the front", "role": "dsl", "kind": "phone", "before": "", "after": "01632 960101"}, {"where": "the front", "role": "dsl", "kind": "email", "before": "", "after": "ada.holt@example.org"}, {"where": "the front", "role": "headteacher", "kind": "name", "before": "", "after": "Ben Lowe"}, {"where": "the front", "role": "headteacher", "kind": "phone", "before": "", "after": "01632 960102"}, {"where": "the front", "role": "headteacher", "kind": "email", "before": "", "after": "ben.lowe@example.org"}]','[]','[]','2025-11-27 07:01:00.000000',NULL,NULL,NULL,'copies/staff-code-of-conduct.html','7fe9a039e9e32381de85d09731cdbdee867236730351852b18c8ccdb2328c1da');
CREATE TABLE policy_version (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	policy_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	path TEXT NOT NULL, 
	status TEXT NOT NULL, 
	kind TEXT, 
	facts JSON NOT NULL, 
	text TEXT NOT NULL, 
	words INTEGER NOT NULL, 
	holds JSON NOT NULL, 
	reason TEXT, 
	recorded_at DATETIME NOT NULL, 
	issued_on DATE, 
	next_review_on DATE, appendix_path TEXT, 
	CONSTRAINT pk_policy_version PRIMARY KEY (id), 
	CONSTRAINT fk_policy_version_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_policy_version_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT uq_policy_version_policy_id_number UNIQUE (policy_id, number)
);
INSERT INTO "policy_version" VALUES(1,'westhaven-school',1,1,'8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f','safeguarding-and-child-protection.docx','approved','adopted','{"title": "Safeguarding and Child Protection Policy", "school": "Westhaven School", "approved_on": {"value": "2025-09-10", "precision": "day", "text": "10 September 2025", "where": "paragraph 4", "confidence": 0.99}, "approved_by": "Full Governing Body", "last_review": null, "next_review": {"value": "2026-09", "precision": "month", "text": "September 2026", "where": "paragraph 5", "confidence": 0.9}, "review_cycle_months": null, "owner": null, "version": null, "contacts": [{"role": "dsl", "name": "Ada Holt", "phone": "01632 960101", "email": null}], "linked_policies": [], "evidence": {"title": {"status": "found", "text": "Safeguarding and Child Protection Policy", "where": "paragraph 2", "confidence": 0.97}, "school": {"status": "found", "text": "Westhaven School", "where": "paragraph 1", "confidence": 0.97}, "approved_on": {"status": "found", "text": "10 September 2025", "where": "paragraph 4", "confidence": 0.99}, "approved_by": {"status": "found", "text": "Full Governing Body", "where": "paragraph 3", "confidence": 0.95}, "last_review": {"status": "missing"}, "next_review": {"status": "found", "text": "September 2026", "where": "paragraph 5", "confidence": 0.9}, "review_cycle_months": {"status": "missing"}, "owner": {"status": "missing"}, "version": {"status": "missing"}, "contacts": {"status": "found", "text": "Ada Holt", "where": "paragraph 6", "confidence": 0.95}, "linked_policies": {"status": "missing"}}, "problems": [{"code": "owner-missing", "message": "The document does not say who looks after it. Add a policy owner."}], "promises": [], "guidance": [], "beside_words": {"format": "docx", "links": [], "pictures": []}}','Westhaven School
Safeguarding and Child Protection Policy
Approved by: Full Governing Body
Approved on: 10 September 2025
Review date: September 2026
The Designated Safeguarding Lead is Ada Holt, 01632 960101.
Tell the lead at once of any worry about a child.',41,'[]',NULL,'2025-11-26 07:01:00.000000',NULL,NULL,NULL);
INSERT INTO "policy_version" VALUES(2,'westhaven-school',2,1,'64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','staff-code-of-conduct.docx','approved','adopted','{"title": "Staff Code of Conduct", "school": "Westhaven School", "approved_on": {"value": "2024-09-10", "precision": "day", "text": "10 September 2024", "where": "paragraph 5", "confidence": 0.99}, "approved_by": "Full Governing Body", "last_review": null, "next_review": {"value": "2025-12", "precision": "month", "text": "December 2025", "where": "paragraph 6", "confidence": 0.9}, "review_cycle_months": null, "owner": "Headteacher", "version": null, "contacts": [], "linked_policies": [], "evidence": {"title": {"status": "found", "text": "Staff Code of Conduct", "where": "paragraph 2", "confidence": 0.97}, "school": {"status": "found", "text": "Westhaven School", "where": "paragraph 1", "confidence": 0.97}, "approved_on": {"status": "found", "text": "10 September 2024", "where": "paragraph 5", "confidence": 0.99}, "approved_by": {"status": "found", "text": "Full Governing Body", "where": "paragraph 4", "confidence": 0.95}, "last_review": {"status": "missing"}, "next_review": {"status": "found", "text": "December 2025", "where": "paragraph 6", "confidence": 0.9}, "review_cycle_months": {"status": "missing"}, "owner": {"status": "found", "text": "Headteacher", "where": "paragraph 3", "confidence": 0.97}, "version": {"status": "missing"}, "contacts": {"status": "missing"}, "linked_policies": {"status": "missing"}}, "problems": [], "promises": [], "guidance": [], "beside_words": {"format": "docx", "links": [], "pictures": []}}','Westhaven School
Staff Code of Conduct
Policy owner: Headteacher
Approved by: Full Governing Body
Approved on: 10 September 2024
Review date: December 2025
Staff speak to pupils with respect and keep to the rules of the school.',37,'[]',NULL,'2025-11-26 07:01:00.000000',NULL,NULL,NULL);
INSERT INTO "policy_version" VALUES(3,'westhaven-school',3,1,'dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e','charging-and-remissions.docx','approved','adopted','{"title": "Charging and Remissions Policy", "school": "Westhaven School", "approved_on": {"value": "2024-11-12", "precision": "day", "text": "12 November 2024", "where": "paragraph 5", "confidence": 0.99}, "approved_by": "Full Governing Body", "last_review": null, "next_review": {"value": "2025-11", "precision": "month", "text": "November 2025", "where": "paragraph 6", "confidence": 0.9}, "review_cycle_months": null, "owner": "School Business Manager", "version": null, "contacts": [], "linked_policies": [], "evidence": {"title": {"status": "found", "text": "Charging and Remissions Policy", "where": "paragraph 2", "confidence": 0.97}, "school": {"status": "found", "text": "Westhaven School", "where": "paragraph 1", "confidence": 0.97}, "approved_on": {"status": "found", "text": "12 November 2024", "where": "paragraph 5", "confidence": 0.99}, "approved_by": {"status": "found", "text": "Full Governing Body", "where": "paragraph 4", "confidence": 0.95}, "last_review": {"status": "missing"}, "next_review": {"status": "found", "text": "November 2025", "where": "paragraph 6", "confidence": 0.9}, "review_cycle_months": {"status": "missing"}, "owner": {"status": "found", "text": "School Business Manager", "where": "paragraph 3", "confidence": 0.97}, "version": {"status": "missing"}, "contacts": {"status": "missing"}, "linked_policies": {"status": "missing"}}, "problems": [], "promises": [], "guidance": [], "beside_words": {"format": "docx", "links": [], "pictures": []}}','Westhaven School
Charging and Remissions Policy
Policy owner: School Business Manager
Approved by: Full Governing Body
Approved on: 12 November 2024
Review date: November 2025
Activities in school hours cost nothing.',31,'[]',NULL,'2025-11-26 07:01:00.000000',NULL,'2026-11-30',NULL);
CREATE TABLE reminder (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	policy_id INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	stage TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	message INTEGER NOT NULL, 
	CONSTRAINT pk_reminder PRIMARY KEY (id), 
	CONSTRAINT fk_reminder_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_reminder_message_message FOREIGN KEY(message) REFERENCES message (id), 
	CONSTRAINT fk_reminder_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT uq_reminder_policy_id_due_on_stage_recipient UNIQUE (policy_id, due_on, stage, recipient)
);
INSERT INTO "reminder" VALUES(1,'westhaven-school',2,'2025-12-31','60','ben.lowe@example.org',2);
INSERT INTO "reminder" VALUES(2,'westhaven-school',3,'2025-11-30','7','di.nash@example.org',3);
INSERT INTO "reminder" VALUES(3,'westhaven-school',2,'2025-12-31','60','di.nash@example.org',5);
CREATE TABLE request (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	person INTEGER NOT NULL, 
	policy_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	rule TEXT NOT NULL, 
	asked_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	closed_at DATETIME, 
	closed_reason TEXT, 
	CONSTRAINT pk_request PRIMARY KEY (id), 
	CONSTRAINT fk_request_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_request_person_person FOREIGN KEY(person) REFERENCES person (id), 
	CONSTRAINT fk_request_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT fk_request_version_id_policy_version FOREIGN KEY(version_id) REFERENCES policy_version (id)
);
INSERT INTO "request" VALUES(1,'westhaven-school',1,1,1,'sign','2025-11-26','2025-12-10',NULL,NULL);
INSERT INTO "request" VALUES(2,'westhaven-school',1,2,2,'sign','2025-11-26','2025-12-10',NULL,NULL);
INSERT INTO "request" VALUES(3,'westhaven-school',2,1,1,'sign','2025-11-26','2025-12-10','2025-11-26 07:03:00.000000','acknowledged');
INSERT INTO "request" VALUES(4,'westhaven-school',2,2,2,'sign','2025-11-26','2025-12-10','2025-11-26 07:04:00.000000','acknowledged');
INSERT INTO "request" VALUES(5,'westhaven-school',4,1,1,'sign','2025-11-26','2025-12-10',NULL,NULL);
INSERT INTO "request" VALUES(6,'westhaven-school',4,2,2,'sign','2025-11-26','2025-12-10',NULL,NULL);
INSERT INTO "request" VALUES(7,'westhaven-school',3,1,1,'sign','2025-11-26','2025-12-10','2025-11-27 07:01:00.000000','left');
INSERT INTO "request" VALUES(8,'westhaven-school',3,2,2,'sign','2025-11-26','2025-12-10','2025-11-27 07:01:00.000000','left');
INSERT INTO "request" VALUES(9,'westhaven-school',5,1,1,'sign','2025-11-26','2025-12-10',NULL,NULL);
INSERT INTO "request" VALUES(10,'westhaven-school',5,2,2,'sign','2025-11-26','2025-12-10','2025-11-26 07:02:00.000000','acknowledged');
CREATE TABLE school (
	school TEXT NOT NULL, 
	name TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	CONSTRAINT pk_school PRIMARY KEY (school)
);
INSERT INTO "school" VALUES('westhaven-school','Westhaven School','Europe/London');
CREATE TABLE source_content (
	sha256 TEXT NOT NULL, 
	school TEXT NOT NULL, 
	format TEXT NOT NULL, 
	content BLOB NOT NULL, appendix BLOB, appendix_format TEXT, 
	CONSTRAINT pk_source_content PRIMARY KEY (sha256), 
	CONSTRAINT fk_source_content_school_school FOREIGN KEY(school) REFERENCES school (school)
);
INSERT INTO "source_content" VALUES('8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f','westhaven-school','docx',X'504B03041400000008000048785DA2F761F8F9000000E0010000130000005B436F6E74656E745F54797065735D2E786D6C7D914D4E03310C85F79C22CA16CD64608110EA4C17FC2C81453980957866A2264E94A4A5BD3D4E0B5D542DCBF8BDCFCF8E17CB9D77628B29DB40BDBC6B3B2990743096A65E7EADDE9A4729720132E002612FF798E572B859ACF611B36098722FE752E2935259CFE821B72122B13286E4A1F0334D2A825EC384EABEEB1E940E54904A536A0F392C5E70848D2BE275C7E5E320095D96E2F968AC59BD84189DD55058575B326729CD6F42CBE4C193671BF32D1BA4BA985095EB01D7B948D319677DDDACD699F8E0BF4CD6A0F88454DEC1B3AEBE4332CA04BDF1CCB4FF075FD82C8CA3D578E26BB79882C69CF948DEB527C583A5BF8DD5E140C30F504B03041400000008000048785DB9814471B00000002A0100000B0000005F72656C732F2E72656C738DCF3B0EC2300C06E09D5344DE695A068450932E08A92B2A078812378D681E4AC2A3B7270303200646DBBF3FCB6DF7B033B9614CC63B064D55034127BD324E33380FC7F50E48CAC229317B870C164CD0F1557BC259E4B29326131229884B0CA69CC39ED22427B422553EA02B93D1472B7229A3A641C88BD0483775BDA5F1DD00FE61925E3188BD6A800C4BC07F6C3F8E46E2C1CBAB45977F9CF84A1459448D99C1DD4745D5AB5D1516286FE9C78BFC09504B03041400000008000048785DF69FD555D20100004705000011000000776F72642F646F63756D656E742E786D6CA5944B8FD33010C7EF7C8A91CFB4498AA8206AB25AA8160E1C56741167D79E34167EC97612F2ED9974DBAECA43AAC265226BECDF7F9ED9DCFD341A7A0C51395BB1629933402B9C54F650B16F4F0F8B770C62E25672ED2C566CC4C8EEEA579BA1944E74066D0222D8580E156B53F2659645D1A2E171E93C5AF2352E189EE8180ED9E082F4C1098C91048CCE5679BECE0C57969D30E1168C6B1A25707B0AE0191250F34449C456F978A6F15B6832F0E11FD178256610E855EA029E21839FC1B8AED4F6D9F9428C7F208D12C145D7A4A570E654A123857845FE1B6FD7727F89CFDC94A3E1E147E71704F754E7BDD22A8DC750CF98BE625DB0E509B1B8C4333D297BA32F72733B4CCE96D534797B27C7E9EB271326731CC2327A2E68447DC088A147567FC7985ADEA3859D689DD39B8CAED6930D47EB6FA2EC7883878E8769278036013EB64A4B780C2EA198460E1E9D56629C47BFF7D4961E25ECC7121E3AADE1131D839DC43E50A2FF4975B68422871DFA84668F0156F9EAED3CE657EC150E2079C2F21AB89E077C6A11B618D5C11252C2559DBF2097A022DC4B0E9F9D4EAF212FD66F56F07E4DD35C2C670A22953791AA9EE83C517504826BA8AB23D0868411F8DE75093888A9C77F93C9CEF397BDFC02EB5F504B03041400000008000048785D284625B07E0000009C0000001C000000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C7355CC410EC2201085E1BDA720B3B7A00B630CB4BB1EC0E801267404623B108618BDBD2C75F9F2E77D767A6FAB7A519594D9C16130A0887D5E120707F7DBBC3F839286BCE09A991C7C48601A77F64A2BB6FE91988AA88EB03888AD958BD6E2236D28432EC4BD3C72DDB0F559832EE89F18481F8D39E9FA6BC068F51F3A7E01504B010214031400000008000048785DA2F761F8F9000000E00100001300000000000000000000008001000000005B436F6E74656E745F54797065735D2E786D6C504B010214031400000008000048785DB9814471B00000002A0100000B000000000000000000000080012A0100005F72656C732F2E72656C73504B010214031400000008000048785DF69FD555D201000047050000110000000000000000000000800103020000776F72642F646F63756D656E742E786D6C504B010214031400000008000048785D284625B07E0000009C0000001C0000000000000000000000800104040000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C73504B0506000000000400040003010000BC0400000000',NULL,NULL);
INSERT INTO "source_content" VALUES('64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725','westhaven-school','docx',X'504B03041400000008000048785DA2F761F8F9000000E0010000130000005B436F6E74656E745F54797065735D2E786D6C7D914D4E03310C85F79C22CA16CD64608110EA4C17FC2C81453980957866A2264E94A4A5BD3D4E0B5D542DCBF8BDCFCF8E17CB9D77628B29DB40BDBC6B3B2990743096A65E7EADDE9A4729720132E002612FF798E572B859ACF611B36098722FE752E2935259CFE821B72122B13286E4A1F0334D2A825EC384EABEEB1E940E54904A536A0F392C5E70848D2BE275C7E5E320095D96E2F968AC59BD84189DD55058575B326729CD6F42CBE4C193671BF32D1BA4BA985095EB01D7B948D319677DDDACD699F8E0BF4CD6A0F88454DEC1B3AEBE4332CA04BDF1CCB4FF075FD82C8CA3D578E26BB79882C69CF948DEB527C583A5BF8DD5E140C30F504B03041400000008000048785DB9814471B00000002A0100000B0000005F72656C732F2E72656C738DCF3B0EC2300C06E09D5344DE695A068450932E08A92B2A078812378D681E4AC2A3B7270303200646DBBF3FCB6DF7B033B9614CC63B064D55034127BD324E33380FC7F50E48CAC229317B870C164CD0F1557BC259E4B29326131229884B0CA69CC39ED22427B422553EA02B93D1472B7229A3A641C88BD0483775BDA5F1DD00FE61925E3188BD6A800C4BC07F6C3F8E46E2C1CBAB45977F9CF84A1459448D99C1DD4745D5AB5D1516286FE9C78BFC09504B03041400000008000048785D8C2AC374BF0100002705000011000000776F72642F646F63756D656E742E786D6CA5944D8BDB301086EFFD1583EE899DD09662122FED866D8FA569E95991C66B11492346B25DFFFBCAD924CBF60382F7326218E999773ED0E6EE97B3D02347437E2B56CB52007A45DAF8C7ADF8F1FD61F141404CD26B69C9E3568C18C55DFD6633549A54E7D027C8041FAB612BDA9442551451B5E8645C52409F630DB19329BBFC580CC43A30298C312770B65897E5FBC249E3C519C3B760A8698CC2DD59C01384D1CA948B88AD09F14293B7D034CBE13F6A82513308F955EA182F9021CC60BCECD4EE29F84C8C7F219D514C919AB454E4CE1D3A51326F55FEC1DBB7325CF5B99B6A74928F5D586478C87D3E186BD278927AC1F45BD1B1AFCE88C555CFF4A4EA9DBDA69B3BE11C6C459D37EF407A9CCE30199ECC6909AB18A4CA2B1A1823728FA2FE8931B5B2470F7BD512D94D91AFD693E5930D3751F649360DDC9346A0E9F4BA53691EEA2B59A346A0C12357F005A54E287317781EEE63C823ED51C361ACE0A1B3163E67977D9E307CCA4D7A25957C05AB12F61812BA0332ACCBF5DB79CC6FD81B1C40CB8415EC505D79EF5E339318501E2111842E181B6130A9857C27A04A90FF2C382286299E5A04EE2CC6698293134FFBB0FC47F2E2B25FC5F31757FF06504B03041400000008000048785D284625B07E0000009C0000001C000000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C7355CC410EC2201085E1BDA720B3B7A00B630CB4BB1EC0E801267404623B108618BDBD2C75F9F2E77D767A6FAB7A519594D9C16130A0887D5E120707F7DBBC3F839286BCE09A991C7C48601A77F64A2BB6FE91988AA88EB03888AD958BD6E2236D28432EC4BD3C72DDB0F559832EE89F18481F8D39E9FA6BC068F51F3A7E01504B010214031400000008000048785DA2F761F8F9000000E00100001300000000000000000000008001000000005B436F6E74656E745F54797065735D2E786D6C504B010214031400000008000048785DB9814471B00000002A0100000B000000000000000000000080012A0100005F72656C732F2E72656C73504B010214031400000008000048785D8C2AC374BF01000027050000110000000000000000000000800103020000776F72642F646F63756D656E742E786D6C504B010214031400000008000048785D284625B07E0000009C0000001C00000000000000000000008001F1030000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C73504B0506000000000400040003010000A90400000000',NULL,NULL);
INSERT INTO "source_content" VALUES('dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e','westhaven-school','docx',X'504B03041400000008000048785DA2F761F8F9000000E0010000130000005B436F6E74656E745F54797065735D2E786D6C7D914D4E03310C85F79C22CA16CD64608110EA4C17FC2C81453980957866A2264E94A4A5BD3D4E0B5D542DCBF8BDCFCF8E17CB9D77628B29DB40BDBC6B3B2990743096A65E7EADDE9A4729720132E002612FF798E572B859ACF611B36098722FE752E2935259CFE821B72122B13286E4A1F0334D2A825EC384EABEEB1E940E54904A536A0F392C5E70848D2BE275C7E5E320095D96E2F968AC59BD84189DD55058575B326729CD6F42CBE4C193671BF32D1BA4BA985095EB01D7B948D319677DDDACD699F8E0BF4CD6A0F88454DEC1B3AEBE4332CA04BDF1CCB4FF075FD82C8CA3D578E26BB79882C69CF948DEB527C583A5BF8DD5E140C30F504B03041400000008000048785DB9814471B00000002A0100000B0000005F72656C732F2E72656C738DCF3B0EC2300C06E09D5344DE695A068450932E08A92B2A078812378D681E4AC2A3B7270303200646DBBF3FCB6DF7B033B9614CC63B064D55034127BD324E33380FC7F50E48CAC229317B870C164CD0F1557BC259E4B29326131229884B0CA69CC39ED22427B422553EA02B93D1472B7229A3A641C88BD0483775BDA5F1DD00FE61925E3188BD6A800C4BC07F6C3F8E46E2C1CBAB45977F9CF84A1459448D99C1DD4745D5AB5D1516286FE9C78BFC09504B03041400000008000048785DB4B6E9DCB80100001C05000011000000776F72642F646F63756D656E742E786D6CA5944D6FDB300C86EFFB1584EE8993601B062349B1AEE84E1B8676C3CE8ACCC4C22C5120657BF9F7A3F355745B81C0BDD020243E7AF592F2F2E67768A043164F7165E6D399018C8E2A1F772BF3E3FBFDE48301C93656B6A1882BB3473137EB37CBBEACC8B5016306254429FB95A9734E655188AB31589952C2A86B5BE260B3A6BC2B7AE22A313914D10342532C66B3F745B03E9A1386AFC1D076EB1DDE9D041C218C8DCD7A09A97D9233CD5E43ABD8F62FA849DE8D2068556E19CF903E8D603C77EAEEB8F844947F90C13B26A16D9E3A0A27870E14E5CD677FF11E6B9B2EFAC255770C967FB569A2F0A43E6F7CE3F3FE20F58CE956A6E5589E10938B9EA1A4EC4273396E6C8775B1366B9DBC0D55FBE19B86C043380C6129C93A1DD1C428C81D9AF54F945CDB0E233CBA9AA85916BA753D443EC47415E5536D79A7A681BE0278C0E065782C02DFA8F16E3F8E79AC05EA2372795207B7ADF6461B045F6CB43BE471E88F49FBDC61059B7D09F76DD3C0674D390E37B855E75E49A558C27C015F35091B6458CC166FC7211FB0F3D843653396CF78EF464A74D9773E7B14F011E4E8694D2D0B38920C9172AD264CFF432FCE43553CFDD7D67F00504B03041400000008000048785D284625B07E0000009C0000001C000000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C7355CC410EC2201085E1BDA720B3B7A00B630CB4BB1EC0E801267404623B108618BDBD2C75F9F2E77D767A6FAB7A519594D9C16130A0887D5E120707F7DBBC3F839286BCE09A991C7C48601A77F64A2BB6FE91988AA88EB03888AD958BD6E2236D28432EC4BD3C72DDB0F559832EE89F18481F8D39E9FA6BC068F51F3A7E01504B010214031400000008000048785DA2F761F8F9000000E00100001300000000000000000000008001000000005B436F6E74656E745F54797065735D2E786D6C504B010214031400000008000048785DB9814471B00000002A0100000B000000000000000000000080012A0100005F72656C732F2E72656C73504B010214031400000008000048785DB4B6E9DCB80100001C050000110000000000000000000000800103020000776F72642F646F63756D656E742E786D6C504B010214031400000008000048785D284625B07E0000009C0000001C00000000000000000000008001EA030000776F72642F5F72656C732F646F63756D656E742E786D6C2E72656C73504B0506000000000400040003010000A20400000000',NULL,NULL);
CREATE TABLE source_file (
	id INTEGER NOT NULL, 
	school TEXT NOT NULL, 
	path TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	modified_ns BIGINT NOT NULL, 
	sha256 TEXT NOT NULL, 
	policy_id INTEGER, 
	standing TEXT NOT NULL, 
	error_code TEXT, 
	error_message TEXT, 
	reader TEXT NOT NULL, 
	facts JSON, 
	text TEXT, 
	same_words BOOLEAN, 
	seen_at DATETIME NOT NULL, 
	vanished_at DATETIME, 
	CONSTRAINT pk_source_file PRIMARY KEY (id), 
	CONSTRAINT fk_source_file_school_school FOREIGN KEY(school) REFERENCES school (school), 
	CONSTRAINT fk_source_file_policy_id_policy FOREIGN KEY(policy_id) REFERENCES policy (id), 
	CONSTRAINT uq_source_file_school_path UNIQUE (school, path)
);
INSERT INTO "source_file" VALUES(1,'westhaven-school','safeguarding-and-child-protection.docx',1493,1795727363960756545,'8d64947ce88112cf987f7c2ee3c5986f255bcbae9634acfb569738570a8c1c6f',1,'primary',NULL,NULL,'5',NULL,NULL,NULL,'2025-11-26 07:01:00.000000',NULL);
INSERT INTO "source_file" VALUES(2,'westhaven-school','staff-code-of-conduct.docx',1474,1795727363960996021,'64ee43965c6e1987a14a016000820baff3b950fe8e6adcc7bf25bf6540dd5725',2,'primary',NULL,NULL,'5',NULL,NULL,NULL,'2025-11-26 07:01:00.000000',NULL);
INSERT INTO "source_file" VALUES(3,'westhaven-school','charging-and-remissions.docx',1467,1795727363961201716,'dde1cac07117082ff3f6262b4c474de73bb0bd987bf92e05511f43a0e83d587e',3,'primary',NULL,NULL,'5',NULL,NULL,NULL,'2025-11-26 07:01:00.000000',NULL);
CREATE INDEX ix_message_school_state ON message (school, state);
CREATE INDEX ix_message_school_recipient ON message (school, recipient);
CREATE INDEX ix_policy_version_school_status ON policy_version (school, status);
CREATE INDEX ix_policy_copy_version_id_fingerprint ON policy_copy (version_id, fingerprint);
CREATE INDEX ix_request_school_closed_at ON request (school, closed_at);
CREATE UNIQUE INDEX uq_request_open ON request (person, version_id) WHERE closed_at IS NULL;
CREATE INDEX ix_message_item_school_person ON message_item (school, person);
COMMIT;
