// Projects as released versions made them, and what users changed in them: Recorded/README.md.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

/// A project as a released version made it.
struct RecordedProject: Sendable, CustomTestStringConvertible {
    /// The folder with `project/` and `edits.patch`.
    let folder: URL

    /// All of them, by version and name.
    static let all: [RecordedProject] = {
        let root = hostScript.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Recorded")
        func folders(_ folder: URL) -> [URL] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().map { folder.appending(path: $0) }
                .filter {
                    (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
                }
        }
        return folders(root).flatMap(folders).map(RecordedProject.init)
    }()

    /// The version and the framework with its language, such as `0.1.0/flask-python`.
    var name: String {
        folder.deletingLastPathComponent().lastPathComponent + "/" + folder.lastPathComponent
    }

    var testDescription: String { name }

    /// The project as it was made.
    var project: URL { folder.appending(path: "project") }

    /// What it was made from, as `.pa-new.json` says.
    func answers() throws -> [String: String] {
        let record = try Data(contentsOf: project.appending(path: ProjectRecord.fileName))
        return try JSONDecoder().decode([String: String].self, from: record)
    }

    /// Copies the project below a folder, under its own name.
    func copy(below root: URL) throws -> URL {
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let copy = root.appending(path: try #require(answers()["name"]))
        try FileManager.default.copyItem(at: project, to: copy)
        return copy
    }

    /// Copies the project below a folder, and edits the copy as the user did.
    func editedCopy(below root: URL) async throws -> URL {
        let copy = try copy(below: root)
        // A git that asks for a repository above the folder would look at the wrong one.
        let finished = try await run(
            "git",
            ["apply", "--whitespace=nowarn", folder.appending(path: "edits.patch").path],
            in: copy,
            environment: ["GIT_CEILING_DIRECTORIES": root.path]
        )
        try #require(finished.exitCode == 0, "\(finished)")
        return copy
    }

    /// What the user changed.
    func edits() async throws -> UserEdits {
        try await withTemporaryFolder { root in
            try await UserEdits(
                record: ProjectFile.files(below: project),
                edited: ProjectFile.files(below: editedCopy(below: root))
            )
        }
    }
}

/// A file of a project.
struct ProjectFile: Hashable {
    let contents: [UInt8]
    let isExecutable: Bool

    /// The lines, without their ends.
    var lines: [String] {
        Lines(contents).lines.map { line in
            String(
                decoding: line.last == UInt8(ascii: "\n") ? line.dropLast() : line,
                as: UTF8.self
            )
        }
    }

    /// Reads all files below a folder.
    static func files(below folder: URL) throws -> [String: ProjectFile] {
        var files: [String: ProjectFile] = [:]
        for path in try filePaths(below: folder) {
            let place = folder.appending(path: path)
            files[path] = ProjectFile(
                contents: Array(try Data(contentsOf: place)),
                isExecutable: FileManager.default.isExecutableFile(atPath: place.path)
            )
        }
        return files
    }
}

/// What a user changed in a project, and what an update has to make of it.
struct UserEdits {
    /// The project as it was made.
    let record: [String: ProjectFile]
    /// The project as the user left it.
    let edited: [String: ProjectFile]

    /// The files that the user added.
    var added: [String] { edited.keys.filter { record[$0] == nil }.sorted() }
    /// The files that the user deleted.
    var deleted: [String] { record.keys.filter { edited[$0] == nil }.sorted() }
    /// The files that the user changed.
    var changed: [String] {
        edited.keys.filter { record[$0] != nil && record[$0] != edited[$0] }.sorted()
    }

    /// Returns the lines that the user added to a file or changed in it.
    func addedLines(_ path: String) -> [String] {
        let mine = edited[path]?.lines ?? []
        return mine.difference(from: record[path]?.lines ?? []).insertions.map { change in
            switch change {
            case .insert(_, let line, _), .remove(_, let line, _): line
            }
        }
    }

    /// Returns what an update did wrong.
    ///
    /// - Parameters:
    ///   - result: The project after the update.
    ///   - today: A new project of the version that it was updated to.
    ///   - conflicts: The files that the update called conflicts.
    /// - Returns: One sentence for each file and reason; none if all is well.
    func problems(
        in result: [String: ProjectFile],
        today: [String: ProjectFile],
        conflicts: Set<String>
    ) -> [String] {
        let paths = [result, today, record, edited].map(\.keys).joined()
        return Set(paths).sorted().compactMap { path in
            problem(
                at: path,
                in: result[path],
                today: today[path],
                isConflict: conflicts.contains(path)
            ).map { "\(path) \($0)" }
        }
    }

    /// Returns what an update did wrong with one file; nil if all is well.
    func problem(
        at path: String,
        in result: ProjectFile?,
        today: ProjectFile?,
        isConflict: Bool
    ) -> String? {
        guard let mine = edited[path] else {
            if record[path] == nil { return result == today ? nil : "is not as in a new project" }
            return result == nil ? nil : "was deleted, and is back"
        }
        if record[path] == mine {
            return result == today ? nil : "was not edited, and is not as in a new project"
        }
        if record[path] == nil, today == nil {
            return result == mine ? nil : "is the user's own, and is not as it was"
        }
        return problem(ofChanged: path, mine, in: result, today: today, isConflict: isConflict)
    }

    /// Returns what is wrong with a file that the user changed.
    private func problem(
        ofChanged path: String,
        _ mine: ProjectFile,
        in result: ProjectFile?,
        today: ProjectFile?,
        isConflict: Bool
    ) -> String? {
        guard let result else { return "was changed, and is gone" }
        guard let today else {
            // The template has it no more: the user has to know, and to decide.
            if result != mine { return "is in no new project, and is not as the user left it" }
            return isConflict ? nil : "is in no new project, and the user is not told"
        }
        let then = record[path]?.lines ?? []
        if today == record[path] {
            return result == mine ? nil : "is as ever in a new project, and not as the user left it"
        }
        var found = result.lines[...]
        for line in addedLines(path) {
            guard let index = found.firstIndex(of: line) else { return "has lost: \(line)" }
            found = found[(index + 1)...]
        }
        let isMarked = hasConflictMarkers(result.contents)
        if isMarked != isConflict { return isMarked ? "has markers" : "has no markers" }
        if isConflict { return nil }
        // What the user added and removed, and what the template did: nothing else, nothing twice.
        var counts: [String: Int] = [:]
        for line in result.lines + then { counts[line, default: 0] += 1 }
        for line in mine.lines + today.lines { counts[line, default: 0] -= 1 }
        return counts.first { $0.value != 0 }.map { line, count in
            "has \(count > 0 ? "too often" : "too seldom"): \(line)"
        }
    }
}
