// What tells a staging folder that a run of this user left here from one of an archive or a repository.
//
// Each run makes a random token. A file in the private state folder of the user has it as its name, and the
// inode of the staging folder in it; an empty file in the staging folder has the token in its name. Nobody
// else can put a file into the state folder, so no folder that comes from elsewhere is taken for ours. A copy
// has another inode.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The token of a run that changes an existing folder.
struct StagingToken {
    /// 32 hexadecimal digits.
    private let name: String

    private static let prefix = "run-"

    /// The path of the empty file that has the token in its name.
    var marker: String { stagingFolder + "/" + Self.prefix + name }

    /// Makes a token for a new staging folder, and waits until it is on the disk.
    ///
    /// - Parameter staging: The staging folder.
    /// - Returns: The token; nil if this user has no private state folder. A killed run is then not rolled back
    ///   by the next one.
    static func make(for staging: stat) -> StagingToken? {
        guard let place = stateFolder("runs").flatMap(makePrivateFolder) else { return nil }
        let digits = (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let token = StagingToken(name: digits.joined())
        do throws(SystemFailure) {
            let folder = try OpenFolder(place)
            let inode = Array(String(staging.st_ino).utf8)
            try folder.write(token.name, inode, mode: 0o600, isDurable: true)
            try folder.sync("")
            return token
        } catch {
            token.forget()
            return nil
        }
    }

    /// Finds the token in a staging folder.
    ///
    /// - Parameter names: The names in the folder.
    /// - Returns: The token; nil if there is none.
    static func find(among names: [String]) -> StagingToken? {
        let names = names.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        guard let name = names.first, names.count == 1, name.utf8.count == 32,
            name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return StagingToken(name: String(name))
    }

    /// Whether a run of this user made the token for this staging folder.
    func isOurs(_ staging: stat) -> Bool {
        guard let place = stateFolder("runs").flatMap(privateFolder),
            let inode = try? readFile(place + "/" + name, most: 32, followsLinks: false)
        else { return false }
        return String(decoding: inode, as: UTF8.self) == String(staging.st_ino)
    }

    /// Removes the token, when its staging folder is gone.
    func forget() {
        guard let place = stateFolder("runs") else { return }
        unlink(place + "/" + name)
    }
}
