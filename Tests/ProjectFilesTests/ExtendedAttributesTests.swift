// Access control lists and attributes of files that are replaced and moved.

#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    @testable import ProjectFiles

    @Suite("Extended attributes")
    struct ExtendedAttributesTests {
        private static let accessList = "system.posix_acl_access"
        private static let defaultList = "system.posix_acl_default"

        /// A list that lets user 1234 read and write, and the group do nothing, in the system's own form.
        private static let list: [UInt8] =
            [2, 0, 0, 0]
            + entry(tag: 0x01, rights: 6) + entry(tag: 0x02, rights: 6, id: 1234)
            + entry(tag: 0x04, rights: 0) + entry(tag: 0x10, rights: 6)
            + entry(tag: 0x20, rights: 0)

        private static func entry(tag: UInt8, rights: UInt8, id: UInt32 = .max) -> [UInt8] {
            [tag, 0, rights, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
        }

        private static func withFile<Value>(
            _ path: String,
            _ body: (Int32) throws -> Value
        ) throws -> Value {
            let file = open(path, O_RDONLY)
            try #require(file >= 0, "\(path)")
            defer { close(file) }
            return try body(file)
        }

        private static func set(_ name: String, _ value: [UInt8], of path: String) throws -> Bool {
            try withFile(path) { fsetxattr($0, name, value, value.count, 0) == 0 }
        }

        /// The attribute of a file; nil if it has none.
        private func get(_ name: String, of path: String) throws -> [UInt8]? {
            try Self.withFile(path) { file in
                var bytes = [UInt8](repeating: 0, count: 100_000)
                let count = bytes.withUnsafeMutableBytes {
                    fgetxattr(file, name, $0.baseAddress, $0.count)
                }
                return count < 0 ? nil : Array(bytes.prefix(count))
            }
        }

        private func mode(_ path: String) throws -> mode_t {
            var status = stat()
            try #require(lstat(path, &status) == 0)
            return status.st_mode & 0o777
        }

        /// Whether the files of the tests can have attributes and lists.
        private static let areKept: Bool =
            (try? withTemporaryFolder { folder in
                try makeTree(["x": ""], in: folder)
                return try set("user.a", [1], of: folder.path + "/x")
                    && set(accessList, list, of: folder.path + "/x")
            }) ?? false

        private func write(_ path: String, isExecutable: Bool = false, from old: String? = nil)
            -> FileChange
        {
            let file = ProjectFile(path: path, contents: [1], isExecutable: isExecutable)
            return .write(file, movedFrom: old)
        }

        @Test(
            "stay with a file that is replaced or moves",
            .enabled(if: areKept, "the file system has no access control lists")
        )
        func kept() throws {
            try withTemporaryFolder { folder in
                let names = ["listed", "moved", "script"]
                try makeTree(
                    Dictionary(uniqueKeysWithValues: (names + ["plain"]).map { ($0, "old") }),
                    in: folder
                )
                let large = [UInt8](repeating: 7, count: 2_000)
                for name in names {
                    let path = folder.path + "/" + name
                    #expect(chmod(path, 0o600) == 0)
                    for (attribute, value) in [
                        ("user.empty", []), ("user.large", large), (Self.accessList, Self.list),
                    ] {
                        try #require(try Self.set(attribute, value, of: path), "\(attribute)")
                    }
                    // The mask of the list: without the list, these would be the group's rights.
                    #expect(try mode(path) == 0o660)
                }
                try WorkingFolder(folder.path).apply([
                    write("listed"), write("script", isExecutable: true), write("plain"),
                    write("sub/moved", from: "moved"), .remove(path: "moved"),
                ])
                for name in ["listed", "sub/moved", "script"] {
                    let path = folder.path + "/" + name
                    #expect(try get("user.empty", of: path) == [], "\(name)")
                    #expect(try get("user.large", of: path) == large, "\(name)")
                }
                for name in ["listed", "sub/moved"] {
                    let path = folder.path + "/" + name
                    #expect(try get(Self.accessList, of: path) == Self.list, "\(name)")
                    #expect(try mode(path) == 0o660, "\(name)")
                }
                // Only the owner's entry and the mask of the list can be executed.
                #expect(try mode(folder.path + "/script") == 0o770)
                let list = try get(Self.accessList, of: folder.path + "/script")
                #expect(list?.count == Self.list.count && list != Self.list)
                #expect(list?[12...] == Self.changed(Self.list)[12...])
                #expect(try get("user.large", of: folder.path + "/plain") == nil)
            }
        }

        /// The list of a file that became executable: its first entry and its mask have more rights.
        private static func changed(_ list: [UInt8]) -> [UInt8] {
            var list = list
            list[6] = 7
            list[30] = 7
            return list
        }

        @Test(
            "of a folder's default list do not come to a file that has none",
            .enabled(if: areKept, "the file system has no access control lists")
        )
        func defaultList() throws {
            try withTemporaryFolder { folder in
                try makeTree(["old": "old"], in: folder)
                try #require(try Self.set(Self.defaultList, Self.list, of: folder.path))
                #expect(chmod(folder.path + "/old", 0o640) == 0)
                try WorkingFolder(folder.path).apply([write("old"), write("new")])
                #expect(try get(Self.accessList, of: folder.path + "/old") == nil)
                #expect(try mode(folder.path + "/old") == 0o640)
                #expect(try get(Self.accessList, of: folder.path + "/new") == Self.list)
            }
        }
    }
#endif
