// A repository on this machine for the tests of templates by address.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

/// A repository with commits for the tests, and a home folder of a user of git.
struct FetchPlace {
    let folder: URL
    var repository: URL { folder.appending(path: "repo") }
    var address: String { "git+file://" + repository.path }
    /// The variables of the tool: its temporary files are in a folder of their own.
    var environment: [String: String?] {
        [
            "HOME": folder.appending(path: "home").path,
            "TMPDIR": folder.appending(path: "tmp").path,
            "XDG_CONFIG_HOME": nil, "GIT_CONFIG_NOSYSTEM": "1",
        ]
    }

    /// Makes a repository with one commit of a template.
    init(in folder: URL, _ files: [String: String] = FetchPlace.template) async throws {
        self.folder = folder
        for name in ["home", "tmp", "repo", "work"] {
            let place = folder.appending(path: name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        }
        try await git(["init", "--quiet", "--initial-branch=main"])
        try await commit(files)
    }

    static let template = [
        "web/manifest.json": #"{"title": "Web", "questions": [{"key": "motto", "default": "x"}]}"#,
        "web/page.txt.mustache": "one\ntwo\nthree\n{{motto}}\n", "web/run.sh": "#!/bin/sh\n",
        "README.md": "R\n",
    ]

    @discardableResult
    func git(_ words: [String]) async throws -> String {
        let settings = [
            "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "gc.auto=0",
        ]
        let finished = try await run(
            "git",
            settings + words,
            in: repository,
            environment: environment
        )
        try #require(finished.exitCode == 0, "\(words): \(finished)")
        return finished.stdout.split(separator: "\n").first.map(String.init) ?? ""
    }

    /// Commits files, and returns the name of the commit.
    @discardableResult
    func commit(_ files: [String: String]) async throws -> String {
        try write(files, below: repository)
        try await git(["add", "--all", "--force"])
        try await git(["commit", "--quiet", "--message=x"])
        return try await git(["rev-parse", "HEAD"])
    }

    func tool(_ words: [String], _ more: [String: String?] = [:]) async throws -> ProcessResult {
        let finished = try await runTool(
            words,
            in: folder.appending(path: "work"),
            environment: environment.merging(more) { $1 }
        )
        let left = try FileManager.default.contentsOfDirectory(
            atPath: folder.appending(path: "tmp").path
        )
        #expect(left.isEmpty, "\(words): \(left)")
        return finished
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: "work/" + path), encoding: .utf8)
    }

    /// The template in a project's record.
    func record(_ project: String = "hello") throws -> ProjectRecord.Template {
        let record = try ProjectRecord(Array(text(project + "/.pa-new.json").utf8))
        return try #require(record.template)
    }
}
