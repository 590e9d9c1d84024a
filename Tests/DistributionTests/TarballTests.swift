// The tarball, unpacked as the README says.

import Foundation
import ProjectFiles
import Scaffold
import TestSupport
import Testing

@Suite("The tarball", .needs(.wheel), .lane(.full))
struct TarballTests {
    @Test("comes with sums that sha256sum verifies, of both files and of nothing else")
    func sums() async throws {
        let folder = try await BuiltWheel.shared.folder()
        let name = "pa-new-\(paNewVersion)-linux-\(machine()).tar.gz"
        let wheel = try await BuiltWheel.shared.wheel().lastPathComponent
        #expect(try filePaths(below: folder) == ["SHA256SUMS", name, wheel].sorted())
        let checked = try await succeed(
            "sha256sum",
            ["--check", "--strict", "SHA256SUMS"],
            in: folder
        )
        #expect(checked == "\(name): OK\n\(wheel): OK\n")
    }

    @Test("is one folder, which unpacks into a prefix without changing what is there")
    func unpacks() async throws {
        let tarball = try await BuiltWheel.shared.tarball()
        let python = try #require(BuiltWheel.interpreter).path
        try await withTemporaryFolder { folder in
            let name = tarball.lastPathComponent.replacing(".tar.gz", with: "")
            let listed = try await succeed("tar", ["-tzf", tarball.path]).split(separator: "\n")
            #expect(listed.count == 7)
            #expect(listed.allSatisfy { $0.hasPrefix("\(name)/") && !$0.contains("..") })

            // A folder of the user's own, with a mode that must stay.
            let prefix = folder.appending(path: "local")
            let share = prefix.appending(path: "share")
            try await succeed("mkdir", ["-p", share.path])
            try await succeed("chmod", ["700", share.path])
            let words = ["-xzf", tarball.path, "--strip-components=1", "-C", prefix.path]
            try await succeed("tar", words)
            #expect(try await succeed("stat", ["-c", "%a", share.path]) == "700\n")

            #expect(
                try filePaths(below: prefix.appending(path: "bin")) == ["pa-new"]
            )
            try await expectCompanions(
                below: prefix,
                besides: ["doc/pa-new/LICENSE", "doc/pa-new/README.md"]
            )
            let bin = prefix.appending(path: "bin")
            let version = try await succeed(bin.appending(path: "pa-new").path, ["--version"])
            #expect(version == "pa-new \(paNewVersion)\n")
            try await expectMainJob(in: folder, path: bin, python: python)
        }
    }
}
