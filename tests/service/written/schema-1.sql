PRAGMA journal_mode = WAL;
CREATE TABLE client (
        client_id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        secret_hash BLOB NOT NULL,
        PRIMARY KEY (owner, client_id)  -- an owner's list lies in one piece, in order
    ) WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO client (client_id, owner, name, description, secret_hash) VALUES
    ('client_root', 'client_root', 'butlr-tui root', 'Made by the service itself; owns itself', X'4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2'),
    ('client_hvac', 'client_root', 'hvac-sync', 'Setpoints follow use', X'66fddc1b1620781ce23b9754f7e50ee40d9f619cf6bc7423fa3d151dafb67306'),
    ('client_muc', 'client_hvac', 'münchen-lab', '', X'2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b');
