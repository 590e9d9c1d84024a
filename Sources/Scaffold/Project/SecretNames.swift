// Names of files that hold secrets or the data of an app. The deployer knows more of them, and looks into
// files, too (`pa_new_shared/file_names.py`).

import ProjectFiles

/// Tells whether a file's name says that it holds a secret, or an app's data.
///
/// - Parameter path: The file's path or name. Upper and lower case do not matter.
/// - Returns: Whether it is a file of variables, a key, a file of credentials, a database or a dump of one.
func isSecret(_ path: String) -> Bool {
    var name = path.lowercased()
    if let slash = name.lastIndex(of: "/") { name = String(name[name.index(after: slash)...]) }
    while let ending = copyEndings.first(where: { name.hasSuffix($0) && name.count > $0.count }) {
        name.removeLast(ending.count)
    }
    let parts = name.split { "._- ".contains($0) }.map(String.init)
    if !examples.isDisjoint(with: parts) { return false }
    if name.hasPrefix(".env") || name.hasPrefix("env.") || name.hasSuffix(".env") { return true }
    if secretNames.contains(name) || secretEndings.contains(where: name.hasSuffix) { return true }
    if parts.first == "id", let kind = parts.dropFirst().first, keyKinds.contains(kind) {
        return parts.last != "pub"
    }
    // SQLite's files beside a database, such as `db.sqlite3-wal`.
    return secretEndings.contains { ending in name.holds(ending + "-") }
}

private let copyEndings = [
    ".bak", ".backup", ".old", ".orig", ".save", ".tmp", "~", ".gz", ".bz2", ".xz", ".zst", ".zip",
]

/// Words in the names of files that only show what to write.
private let examples: Set = ["example", "examples", "sample", "template", "dist"]

private let keyKinds: Set = ["rsa", "dsa", "ecdsa", "ed25519"]

private let secretNames: Set = [
    ".secret_key", ".netrc", "_netrc", ".pypirc", ".pgpass", "pgpass.conf", ".my.cnf",
    ".mylogin.cnf",
    ".git-credentials", ".htpasswd", "htpasswd", ".dockercfg", ".s3cfg", ".boto", ".vault-token",
    ".vault_pass", "vault_pass.txt", "credentials", "credentials.json", "credentials.yaml",
    "credentials.yml", "credentials.ini", "secrets.json", "secrets.yaml", "secrets.yml",
    "secrets.ini",
    "secrets.toml", "secret.json", "secret.yaml", "secret.yml", "secret.ini", "secret.toml",
    "client_secret.json", "client_secrets.json", "secret_key", "secret_key.txt", "password",
    "password.txt", "passwords.txt", "token", "token.txt",
]

private let secretEndings = [
    ".pem", ".key", ".ppk", ".p12", ".pfx", ".pkcs12", ".jks", ".keystore", ".kdbx", ".kdb",
    ".tfstate",
    ".tfvars", ".htpasswd", ".agekey", ".token", ".secret", ".password", ".db", ".db3", ".sqlite",
    ".sqlite3", ".s3db", ".duckdb", ".mdb", ".accdb", ".dump", ".pgdump", ".bson", ".rdb",
]
