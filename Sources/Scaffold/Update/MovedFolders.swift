// The user's own files in folders that a new name of the project moves.

import ProjectFiles

/// Returns the user's own files in folders that the new name moves.
///
/// They move with the folders. A secret does not move to where a web server shows it to everybody.
func userFilesToMove(
    from record: ProjectRecord,
    to answers: ProjectConfiguration,
    _ base: Baseline,
    _ rendered: [RenderedFile],
    _ proof: BaselineProof,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> (files: [UpdatedFile], secrets: [String], left: [LeftFile]) {
    let ours = Baseline(base.files.filter(proof.isProven))
    let known = Set(base.files.map(\.path))
    let folders = movedFolders(from: record, to: answers, ours, rendered)
    var moved: [UpdatedFile] = []
    var secrets: [String] = []
    var left: [LeftFile] = []
    var seen: Set<String> = []
    for (old, new) in folders {
        let (files, others) = try onFiles { () throws(FileError) in
            try folder.filesAndOthers(below: old)
        }
        for (path, problem) in others.sorted(by: { $0.key < $1.key })
        where !path.holds("/__pycache__/") && seen.insert(path).inserted {
            left.append(LeftFile(path: path, reason: problem.words))
        }
        for path in files
        where !known.contains(path) && !path.holds("/__pycache__/") && seen.insert(path).inserted {
            let place = new + path.dropFirst(old.count)
            if isSecret(path), proof.isServed(place) {
                secrets.append(path)
                continue
            }
            if try read(place, most: 0, in: folder) != nil {
                left.append(
                    LeftFile(path: path, reason: "there is already \(plainOrQuoted(place))")
                )
                continue
            }
            guard let file = try readOnDisk(path, over: 0, in: folder) else { continue }
            guard let contents = file.contents else {
                left.append(
                    LeftFile(path: path, reason: "it is larger than \(size(maxFileBytes))")
                )
                continue
            }
            moved.append(
                UpdatedFile(
                    verb: .move,
                    path: place,
                    oldPath: path,
                    contents: contents,
                    isExecutable: file.isExecutable
                )
            )
        }
    }
    return (moved, secrets, left)
}

/// Something of the user's that does not move with its folder.
struct LeftFile: Hashable {
    /// Its path.
    let path: String
    /// Why it stays, in words.
    let reason: String
}

extension WorkingFolder.Unusable {
    /// Why it does not move, in words.
    fileprivate var words: String {
        switch self {
        case .link: "pa-new does not move symbolic links"
        case .notAFile: "pa-new moves only regular files"
        case .name: "its name is not UTF-8"
        case .path(let problem): "pa-new cannot use this path: \(problem)"
        }
    }
}

/// Returns the folders that the new name moves, innermost first: folders in which a file of the same
/// template has a new path, and the package.
private func movedFolders(
    from record: ProjectRecord,
    to answers: ProjectConfiguration,
    _ base: Baseline,
    _ rendered: [RenderedFile]
) -> [(old: String, new: String)] {
    guard record.name != answers.name.folder else { return [] }
    var folders: [String: String] = [:]
    let paths = Dictionary(rendered.map { ($0.template, $0.path) }) { first, _ in first }
    for file in base.files {
        guard let path = paths[file.template], let old = parents(of: file.path).last,
            let new = parents(of: path).last, old != new
        else { continue }
        folders[old] = new
    }
    if let old = (try? ProjectName(recorded: record.name))?.package, old != answers.name.package,
        base.files.contains(where: { isPath($0.path, below: old) })
    {
        folders[old] = answers.name.package
    }
    return folders.sorted { ($1.key.count, $1.key) < ($0.key.count, $0.key) }
        .map { (old: $0.key, new: $0.value) }
}
