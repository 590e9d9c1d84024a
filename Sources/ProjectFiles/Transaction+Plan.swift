// Decides what each change means in a folder, before anything is touched.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Transaction {
    /// Decides what each change means in this folder.
    static func plan(
        _ changes: [FileChange],
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> (Journal, [NewFile]) {
        var journal = Journal()
        var files: [NewFile] = []
        var taken = Set<String>()
        for change in changes where !taken.insert(change.path).inserted {
            let name = change.path
            throw .badPath(path: name, .taken(by: name))
        }

        var emptied = Set<String>()
        for case .remove(let name) in changes {
            if let (blocker, obstacle) = try obstacle(above: name, in: folder, path: path) {
                throw .inTheWay(path: path + "/" + blocker, obstacle)
            }
            switch try look(at: name, in: folder, path: path) {
            case .missing: continue
            case .file, .link: break
            case .folder: throw .inTheWay(path: path + "/" + name, .folder(entries: []))
            case .other: throw .inTheWay(path: path + "/" + name, .other)
            }
            journal.removals.append(name)
            emptied.formUnion(parents(of: name))
        }
        let removed = Set(journal.removals)

        var made = Set<String>()
        for case .write(let file, let keepsOld) in changes {
            for prefix in parents(of: file.path) where !made.contains(prefix) {
                let entry =
                    removed.contains(prefix) || parents(of: prefix).contains(where: made.contains)
                    ? .missing : try look(at: prefix, in: folder, path: path)
                switch entry {
                case .missing:
                    made.insert(prefix)
                    journal.folders.append(prefix)
                case .folder:
                    emptied.remove(prefix)
                case .file, .link, .other:
                    throw .inTheWay(path: path + "/" + prefix, entry.obstacle ?? .other)
                }
            }
            let isInNewFolder = parents(of: file.path).contains(where: made.contains)
            let entry = isInNewFolder ? .missing : try look(at: file.path, in: folder, path: path)
            var oldMode: mode_t?
            switch entry {
            case .missing: break
            case .file(let status): oldMode = status.st_mode & 0o777
            // The removals leave the folder empty, so it is removed to make room.
            case .folder where emptied.contains(file.path): break
            case .folder, .link, .other:
                throw .inTheWay(path: path + "/" + file.path, entry.obstacle ?? .other)
            }
            var keptAt: String?
            if keepsOld, oldMode != nil {
                let name = try freeName(for: file.path, besides: taken, in: folder, path: path)
                taken.insert(name)
                keptAt = name
            }
            files.append(NewFile(file: file, oldMode: oldMode))
            journal.writes.append(
                Journal.Write(
                    path: file.path,
                    isReplacement: oldMode != nil,
                    sha256: SHA256.hex(of: file.contents),
                    keptAt: keptAt
                )
            )
        }
        // Innermost first.
        journal.emptied = emptied.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        return (journal, files)
    }

    static func look(
        at name: String,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> Entry {
        do throws(SystemFailure) {
            return try folder.entry(name)
        } catch {
            throw .system(.look, path: path + "/" + name, code: error.code)
        }
    }

    /// Finds a free name beside a file for its old contents.
    static func freeName(
        for name: String,
        besides taken: Set<String>,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> String {
        var candidate = name + "~"
        var number = 2
        while true {
            if !taken.contains(candidate),
                case .missing = try look(at: candidate, in: folder, path: path)
            {
                return candidate
            }
            candidate = "\(name).~\(number)~"
            number += 1
        }
    }
}
