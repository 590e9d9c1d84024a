// Finds the template that was probably meant if a folder or repository has no manifest at its top.

import JSON
import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension TemplateFolder {
    /// How deep a folder with a manifest can lie to be found.
    private static let maxDepth = 3
    /// How many files and folders are looked at: this can be any folder of the user's.
    private static let maxLookedAt = 10_000

    /// Whether a path is that of a manifest, not too deep.
    static func canHoldManifest(_ path: String) -> Bool {
        let names = segments(of: path)
        return names.last.map { $0 == Manifest.fileName } ?? false && names.count <= maxDepth + 1
    }

    /// Returns the folders below one that have a manifest of a template, with paths below it, sorted.
    static func manifests(below path: String) -> [String] {
        var found: [String] = []
        var lookedAt = 0
        var open = [(place: "", depth: 0)]
        while let (place, depth) = open.popLast() {
            for name in (try? readFolder(place.isEmpty ? path : path + "/" + place)) ?? []
            where !name.hasPrefix(".") && !leftovers.contains(name) {
                lookedAt += 1
                if lookedAt > maxLookedAt { return found.sorted() }
                let below = place.isEmpty ? name : place + "/" + name
                var status = stat()
                guard lstat(path + "/" + below, &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR where depth < maxDepth: open.append((below, depth + 1))
                case S_IFREG where canHoldManifest(below):
                    let bytes = try? readFile(
                        path + "/" + below,
                        most: ManifestReader.maxBytes,
                        followsLinks: false
                    )
                    if ManifestReader.isManifest(bytes ?? []) { found.append(place) }
                default: continue
                }
            }
        }
        return found.sorted()
    }

    /// Returns the address that is meant by the path of a repository with `@REF` or `#FOLDER` after it; nil for the
    /// path of a folder, and for all else.
    static func addressMeant(by path: String) -> String? {
        var status = stat()
        guard stat(path, &status) != 0 else { return nil }
        let hash = path.firstIndex(of: "#") ?? path.endIndex
        let at = path[..<hash].lastIndex(of: "@") ?? hash
        let place = String(path[..<at])
        guard at != path.endIndex else { return nil }
        if let address = bareRepository(at: place) { return address + path[at...] }
        let suffix = "/.git"
        guard let address = bareRepository(at: place + suffix) else { return nil }
        return String(address.dropLast(suffix.count)) + path[at...]
    }

    /// Returns the address of a folder that is a git repository without files of its own; nil for any other.
    static func bareRepository(at path: String) -> String? {
        var status = stat()
        for name in ["HEAD", "objects", "refs"] where lstat(path + "/" + name, &status) != 0 {
            return nil
        }
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return "git+file://" + String(cString: resolved)
    }
}

extension ManifestReader {
    /// Whether a text can be the manifest of a template: web apps and others have files of this name, too.
    ///
    /// - Parameter bytes: The text of the file.
    /// - Returns: Whether it is an object, and at least half of its keys are those of a template.
    static func isManifest(_ bytes: [UInt8]) -> Bool {
        guard let json = try? JSONText(bytes), case .object(let members) = json.content else {
            return false
        }
        return members.count { keysOfTemplates.contains($0.key) } * 2 >= members.count
    }
}
