// What an update leaves out because the user said so: `pa-new update --exclude PATH`.

import ProjectFiles

extension UpdateRequest {
    /// Returns the paths that the update leaves out, each without a slash at its end.
    ///
    /// - Returns: The paths of files and folders; there may be nothing at a path.
    /// - Throws: ``UpdateProblem/badExclusion(_:_:)`` for the first one that cannot be a part of the project.
    func excludedPaths() throws(ScaffoldError) -> [String] {
        var paths: [String] = []
        for text in excluded {
            var path = text[...]
            while path.hasPrefix("./") { path = path.dropFirst(2) }
            if path.hasSuffix("/") { path = path.dropLast() }
            if let problem = pathProblem(String(path)) {
                throw .cannotUpdate(folder, .badExclusion(text, problem))
            }
            if [ProjectRecord.fileName, Baseline.fileName].contains(String(path)) {
                throw .cannotUpdate(folder, .badExclusion(text, nil))
            }
            paths.append(String(path))
        }
        return paths
    }
}

/// Leaves out files: what would have happened to them does not, and the baseline keeps them as they were.
///
/// - Parameters:
///   - excluded: The paths of files and folders.
///   - updated: What happens to each file.
/// - Returns: What happens to each file now.
func leavingOut(_ excluded: [String], from updated: [UpdatedFile]) -> [UpdatedFile] {
    func isExcluded(_ path: String) -> Bool {
        excluded.contains { leavesOut($0, path) }
    }
    return updated.compactMap { file in
        guard isExcluded(file.path) || file.oldPath.map(isExcluded) ?? false,
            ![.identical, .keep, .skip].contains(file.verb)
        else { return file }
        // The template's version of a file that cannot be merged is no file of the project.
        if file.verb == .create, updated.contains(where: { $0.path + unmergedSuffix == file.path })
        {
            return nil
        }
        var left = UpdatedFile(verb: .skip, path: file.path, oldPath: file.oldPath)
        left.isExcluded = true
        return left
    }
}

/// Returns what there is to say about files that an update left out.
///
/// - Parameter updated: What happened to each file.
/// - Returns: A sentence, or nothing.
func exclusionRemarks(_ updated: [UpdatedFile]) -> [String] {
    let left = updated.filter(\.isExcluded).map { plainOrQuoted($0.path) }
    guard !left.isEmpty else { return [] }
    return ["Left out, for a later update: \(listed(left, most: 20))."]
}

/// Returns what there is to say about paths to leave out at which the template has nothing.
///
/// - Parameters:
///   - excluded: The paths of files and folders.
///   - updated: What happened to each file.
/// - Returns: A sentence for each.
func unknownExclusionRemarks(_ excluded: [String], _ updated: [UpdatedFile]) -> [String] {
    let known = updated.flatMap { [$0.path, $0.oldPath ?? $0.path] }
    return excluded.filter { path in !known.contains { leavesOut(path, $0) } }
        .map { "--exclude \(plainOrQuoted($0)) leaves out nothing: the template has no such file." }
}

/// Whether a path to leave out stands for a file: for itself, for the template's version beside it, or below it.
private func leavesOut(_ excluded: String, _ path: String) -> Bool {
    path == excluded || path == excluded + unmergedSuffix || isPath(path, below: excluded)
}
