// The conflicts of an update by their kind: each kind is resolved in another way.

import ProjectFiles

/// The conflicts of an update.
struct ConflictKinds {
    /// The paths of files with both versions, between markers.
    private(set) var marked: [String] = []
    /// The paths of files that could not be merged: the template's version is beside each.
    private(set) var unmerged: [String] = []
    /// The paths of edited files that the template no longer has.
    private(set) var dropped: [String] = []

    /// Sorts the conflicts of an update.
    init(_ files: [UpdatedFile]) {
        self.init(
            files.map { (path: $0.path, isConflict: $0.verb == .conflict, contents: $0.contents) }
        )
    }

    /// Sorts the conflicts of a report.
    init(_ files: [Report.File]) {
        self.init(
            files.map { ($0.path, isConflict: $0.verb == .conflict, contents: $0.file.contents) }
        )
    }

    private init(_ files: [(path: String, isConflict: Bool, contents: FileContents?)]) {
        let paths = Set(files.map(\.path))
        for (path, isConflict, contents) in files where isConflict {
            if contents?.inMemory.map(hasConflictMarkers) ?? false {
                marked.append(path)
            } else if paths.contains(path + unmergedSuffix) {
                unmerged.append(path)
            } else {
                dropped.append(path)
            }
        }
    }
}

extension Report {
    /// Why there are conflicts, as the end of a sentence.
    public var conflictReason: String {
        let kinds = ConflictKinds(files)
        func named(_ paths: [String]) -> String { listed(paths.map(quoted), most: 20) }
        var reasons: [String] = []
        if !kinds.marked.isEmpty {
            reasons.append("you and the template changed the same lines of \(named(kinds.marked))")
        }
        if !kinds.unmerged.isEmpty {
            reasons.append(
                "pa-new cannot merge the template's version with yours of \(named(kinds.unmerged))"
            )
        }
        if !kinds.dropped.isEmpty {
            reasons.append("you edited \(named(kinds.dropped)), which the template no longer has")
        }
        return reasons.joined(separator: "; ")
    }
}
