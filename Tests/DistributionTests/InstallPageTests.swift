// The commands that the README and docs/install.md tell a user without Swift to type, in an empty home.

import Foundation
import Scaffold
import TestSupport
import Testing

/// A chapter with commands to install pa-new, and maybe some to remove it.
struct InstallChapter: Sendable, CustomTestStringConvertible {
    let page: String
    let title: String
    let install: String
    let uninstall: String?

    var testDescription: String { "\(page): \(title)" }

    static let all = ["README.md", "docs/install.md"].flatMap { page in
        let blocks = (try? CodeBlock.all(of: Paths.package.appending(path: page))) ?? []
        return blocks.filter { $0.words == ["sh", "install"] }.map { install in
            let uninstall = blocks.first {
                $0.words == ["sh", "uninstall"] && $0.chapter == install.chapter
            }
            return InstallChapter(
                page: page,
                title: install.chapter,
                install: install.text,
                uninstall: uninstall?.text
            )
        }
    }
}

@Suite("The pages about installing", .needs(.wheel), .lane(.full))
struct InstallPageTests {
    @Test("have commands for the tarball and for the wheel, and how to remove each")
    func all() {
        let titles = InstallChapter.all.map(\.testDescription)
        let pages = ["README.md: Install", "docs/install.md: With pip or pipx"]
        #expect(titles == pages + ["docs/install.md: The tarball"])
        // The README has the commands that remove what the tarball brought.
        #expect(InstallChapter.all.map { $0.uninstall != nil } == [true, true, false])
    }

    @Test(
        "install a tool that works in an empty home, install it again, and leave nothing of it",
        arguments: InstallChapter.all
    )
    func works(chapter: InstallChapter) async throws {
        let built = try await BuiltWheel.shared.folder()
        let python = try #require(BuiltWheel.interpreter).path
        try await withTemporaryFolder { folder in
            let home = folder.appending(path: "home")
            let downloads = home.appending(path: "Downloads")
            let bin = folder.appending(path: "bin")
            try await succeed("mkdir", ["-p", home.path, bin.path])
            try await succeed("cp", ["-R", built.path, downloads.path])
            // Besides it, the user has only the programs of the system.
            try await succeed("ln", ["-s", python, bin.appending(path: "python3").path])
            func type(_ commands: String) async throws -> String {
                let path = "PATH=\(home.path)/.local/bin:\(bin.path):/usr/bin:/bin"
                // pip asks its index for a newer pip, and keeps the answer in the home.
                let pip = ["PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_INDEX=1"]
                let words = ["-i", "HOME=\(home.path)", path] + pip + ["bash", "-ec", commands]
                return try await succeed("env", words, in: downloads)
            }
            let before = try await everything(below: home)
            // An update is an installation of the newer file over the older one.
            for _ in 1...2 {
                let printed = try await type(chapter.install)
                let isAsked = chapter.install.contains("--version")
                #expect(printed.hasSuffix("pa-new \(paNewVersion)\n") == isAsked, "\(printed)")
            }
            let places = [".local/bin", ".pa-new-venv/bin"].map { home.appending(path: $0) }
            let place = try #require(
                places.first {
                    FileManager.default.fileExists(atPath: $0.appending(path: "pa-new").path)
                }
            )
            try await expectMainJob(in: folder, path: place, python: python)

            guard let uninstall = chapter.uninstall else { return }
            _ = try await type(uninstall)
            let after = try await everything(below: home)
            let left = after.filter { !before.contains($0) && !$0.hasPrefix("d ") }
            #expect(left.isEmpty, "\(left)")
        }
    }
}
