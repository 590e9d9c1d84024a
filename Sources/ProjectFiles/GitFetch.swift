// Reads the files of one commit of a repository at an address, with the git that is installed.
//
// Nothing is checked out: the files are read from git's own objects. So no filter, hook or attribute of the
// repository has an effect, no link is followed, and names that a file system would mistake are just names.

/// What to fetch.
package struct GitSource: Sendable, Hashable {
    /// The protocols through which a repository can be reached.
    package enum Transport: String, Sendable, Hashable {
        /// A server with a certificate.
        case https
        /// A server through ssh.
        case ssh
        /// A folder on this computer.
        case file
    }

    /// How to reach the repository.
    package let transport: Transport
    /// The address for git.
    package let url: String
    /// The branch, the tag or the whole name of the commit; nil for the default branch.
    package let ref: String?
    /// The folder in the repository, without `/` at its start and end; nil for the whole.
    package let folder: String?

    /// Creates a source; its parts have to be checked before.
    ///
    /// - Parameters:
    ///   - transport: How to reach the repository.
    ///   - url: The address for git.
    ///   - ref: The branch, the tag or the whole name of the commit; nil for the default branch.
    ///   - folder: The folder in the repository; nil for the whole.
    package init(transport: Transport, url: String, ref: String?, folder: String?) {
        self.transport = transport
        self.url = url
        self.ref = ref
        self.folder = folder
    }
}

/// The files of a folder in a commit.
package struct GitTree: Sendable, Hashable {
    /// What an entry of the folder is.
    package enum Content: Sendable, Hashable {
        /// A file.
        case file([UInt8], isExecutable: Bool)
        /// A symbolic link.
        case link
        /// Another repository.
        case submodule
    }

    /// An entry of the folder, or of one below it.
    package struct Entry: Sendable, Hashable {
        /// Its path below the folder, as bytes, since git knows no encoding.
        package let path: [UInt8]
        /// What it is.
        package let content: Content
    }

    /// The name of the commit.
    package let commit: String
    /// The entries.
    package let entries: [Entry]
}

/// Why a repository cannot be read.
public enum FetchProblem: Error, Sendable, Hashable {
    /// There is no git on the path.
    case noGit
    /// The system cannot start git, with its `errno`.
    case cannotStart(path: String, code: Int32)
    /// git failed, with its output.
    case failed(output: String)
    /// The repository has no such branch, tag or commit; nil if it is empty.
    case noRef(String?)
    /// The commit has no such folder.
    case noFolder(String)
    /// It took longer than these seconds.
    case tooLong(seconds: Int)
    /// It has more bytes than this.
    case tooLarge(most: Int)
    /// It has more files than this.
    case tooMany(most: Int)
    /// A signal came that ends this process.
    case interrupted
    /// The temporary folder cannot be used.
    case files(FileError)
}

/// How much of a repository is read at most.
package struct FetchLimits: Sendable, Hashable {
    /// The seconds for each command of git.
    package var seconds = 120
    /// The bytes of the commit as git sends it, and of the folder's files.
    package var bytes = 100 << 20
    /// The number of files.
    package var files = 20_000

    /// Creates the usual limits.
    package init() {}
}

/// Reads the files of one commit.
///
/// - Parameters:
///   - source: What to fetch.
///   - limits: How much to read at most.
/// - Returns: The files.
/// - Throws: ``FetchProblem``. Nothing is left on the disk, not even if a signal ends this process.
package func fetchTree(
    _ source: GitSource,
    _ limits: FetchLimits = FetchLimits()
) throws(FetchProblem) -> GitTree {
    guard let program = findProgram("git", on: environmentVariable("PATH")) else { throw .noGit }
    var result: Result<GitTree, FetchProblem>?
    do throws(FileError) {
        try withPrivateFolder { (folder) throws(FileError) in
            var fetch = Fetch(program: program, folder: folder, limits: limits)
            result = Result { () throws(FetchProblem) in try fetch.tree(of: source) }
        }
    } catch {
        throw .files(error)
    }
    guard let result else { throw .interrupted }
    return try result.get()
}

/// One fetch into a temporary folder.
private struct Fetch {
    let program: String
    let folder: String
    let limits: FetchLimits

    /// The command for ssh, if the user has not set one.
    private var sshCommand: String?

    private var repository: String { folder + "/repository" }

    init(program: String, folder: String, limits: FetchLimits) {
        self.program = program
        self.folder = folder
        self.limits = limits
    }

    /// An entry of `git ls-tree`.
    private struct Listed {
        let mode: Substring
        let object: Substring
        let size: Int
        let path: [UInt8]

        var isFile: Bool { mode.hasPrefix("100") }
    }

    mutating func tree(of source: GitSource) throws(FetchProblem) -> GitTree {
        try run(["init", "--quiet", "--bare", "--template=", repository], source)
        if source.transport == .ssh, !hasSSHCommand(source) { sshCommand = "ssh -oBatchMode=yes" }
        let commit = try fetch(source)
        let listed = try list(commit, source)
        let contents = try read(listed.filter(\.isFile), source)
        let entries = listed.map { entry in
            let content: GitTree.Content =
                switch entry.mode {
                case "120000": .link
                case "160000": .submodule
                default:
                    .file(contents[entry.object] ?? [], isExecutable: entry.mode == "100755")
                }
            return GitTree.Entry(path: entry.path, content: content)
        }
        return GitTree(commit: commit, entries: entries)
    }

    /// Whether the user has chosen a command for ssh.
    private func hasSSHCommand(_ source: GitSource) -> Bool {
        ["GIT_SSH", "GIT_SSH_COMMAND"].contains { environmentVariable($0) != nil }
            || (try? line(of: ["config", "--get", "core.sshCommand"], source)) != nil
    }

    /// Fetches one commit without its history, and returns its name.
    private func fetch(_ source: GitSource) throws(FetchProblem) -> String {
        let options = [
            "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-gc",
        ]
        let name = source.ref ?? "HEAD"
        do throws(FetchProblem) {
            try run(["fetch"] + options + ["--", source.url, name], source)
        } catch .failed(let output) {
            let isMissing = ["couldn't find remote ref", "not our ref", "no such remote ref"]
                .contains { output.holds($0) }
            if output.holds("File too large") { throw .tooLarge(most: limits.bytes) }
            throw isMissing ? .noRef(source.ref) : .failed(output: output)
        }
        do throws(FetchProblem) {
            return try line(
                of: ["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"],
                source
            )
        } catch .failed {
            // A tag of a single file or folder, or an empty repository.
            throw .noRef(source.ref)
        }
    }

    /// Lists the files of the folder in a commit.
    private func list(_ commit: String, _ source: GitSource) throws(FetchProblem) -> [Listed] {
        let tree: String
        do throws(FetchProblem) {
            let verify = ["rev-parse", "--verify", "--quiet"]
            var name = commit
            if let folder = source.folder {
                name = try line(of: verify + [commit + ":" + folder], source)
            }
            tree = try line(of: verify + [name + "^{tree}"], source)
        } catch .failed {
            throw .noFolder(source.folder ?? "")
        }
        let output: [UInt8]
        do throws(FetchProblem) {
            output = try self.output(
                of: ["ls-tree", "-r", "-z", "-l", "--full-tree", tree],
                source
            )
        } catch .tooLarge {
            // A folder that contains itself many times has any number of names.
            throw .tooMany(most: limits.files)
        }
        var listed: [Listed] = []
        var total = 0
        for record in output.split(separator: 0) {
            // MODE TYPE OBJECT SIZE<tab>PATH
            guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let words = String(decoding: record[..<tab], as: UTF8.self).split(separator: " ")
            guard words.count == 4 else { continue }
            let size = Int(words[3]) ?? 0
            total += size
            if total > limits.bytes { throw .tooLarge(most: limits.bytes) }
            if listed.count == limits.files { throw .tooMany(most: limits.files) }
            let path = Array(record[record.index(after: tab)...])
            listed.append(Listed(mode: words[0], object: words[2], size: size, path: path))
        }
        return listed
    }

    /// Reads the contents of files, by the names of their objects.
    private func read(
        _ files: [Listed],
        _ source: GitSource
    ) throws(FetchProblem) -> [Substring: [UInt8]] {
        let names = Set(files.map(\.object)).sorted()
        let input = folder + "/objects"
        do throws(SystemFailure) {
            let list = Array(names.map { $0 + "\n" }.joined().utf8)
            try OpenFolder(folder).write("objects", list, mode: 0o600)
        } catch {
            throw .files(.system(.write, path: input, code: error.code))
        }
        let output = try output(of: ["cat-file", "--batch"], source, input: input)
        var contents: [Substring: [UInt8]] = [:]
        var place = output.startIndex
        for name in names {
            // OBJECT TYPE SIZE<line end>CONTENTS<line end>
            guard let end = output[place...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            let words = String(decoding: output[place..<end], as: UTF8.self).split(separator: " ")
            guard words.count == 3, words[0] == name, let size = Int(words[2]), size >= 0,
                size < output.endIndex - end
            else { break }
            contents[name] = Array(output[(end + 1)..<(end + 1 + size)])
            place = end + 1 + size + 1
        }
        guard contents.count == names.count else {
            throw .failed(output: "git cat-file gave less than its list")
        }
        return contents
    }

    // MARK: Running git

    /// Returns the first line that git prints.
    private func line(
        of arguments: [String],
        _ source: GitSource
    ) throws(FetchProblem) -> String {
        let output = try output(of: arguments, source)
        return String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Returns what git prints.
    private func output(
        of arguments: [String],
        _ source: GitSource,
        input: String? = nil
    ) throws(FetchProblem) -> [UInt8] {
        let place = folder + "/output"
        try run(arguments, source, input: input, output: place)
        do throws(ReadProblem) {
            return try readFile(place, most: 2 * limits.bytes, followsLinks: false)
        } catch .tooLarge {
            throw .tooLarge(most: limits.bytes)
        } catch {
            throw .failed(output: "\(error)")
        }
    }

    private func run(
        _ arguments: [String],
        _ source: GitSource,
        input: String? = nil,
        output: String? = nil
    ) throws(FetchProblem) {
        let isNew = arguments.first == "init"
        let place = isNew ? [] : ["--git-dir=" + repository]
        let settings = Self.settings.flatMap { ["-c", $0] }
        let ending: LimitedEnding
        do throws(SystemFailure) {
            ending = try runLimited(
                program,
                place + settings + arguments,
                environment: environment(for: source),
                input: input,
                output: output,
                // The bytes between the files of `cat-file` are fewer than those of the files.
                ProgramLimits(seconds: limits.seconds, fileBytes: limits.bytes + limits.bytes / 4)
            )
        } catch {
            throw .cannotStart(path: program, code: error.code)
        }
        switch ending {
        case .interrupted: throw .interrupted
        case .tooMuchOutput: throw .tooLarge(most: limits.bytes)
        case .tooLong: throw .tooLong(seconds: limits.seconds)
        case .exited(0, _): return
        case .exited(_, let output): throw .failed(output: output)
        }
    }

    /// What the user's settings cannot change here; all others, such as a proxy, are theirs.
    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null",
        "submodule.recurse=false", "fetch.recurseSubmodules=false",
        "fetch.writeCommitGraph=false", "transfer.bundleURI=false",
        "gc.auto=0", "maintenance.auto=false",
        // A pack stays one file, whose size is limited; large files are not unpacked in memory.
        "fetch.unpackLimit=1", "core.bigFileThreshold=8m",
        // A server that sends nothing is not waited for.
        "http.lowSpeedLimit=100", "http.lowSpeedTime=30", "protocol.version=2",
    ]

    /// Returns the variables for git: the user's, but for those of another repository.
    private func environment(for source: GitSource) -> [String] {
        let kept = [
            "GIT_CONFIG", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL_", "GIT_PROXY_", "GIT_HTTP_PROXY_",
        ]
        var variables = environmentVariables().filter { name, _ in
            !name.hasPrefix("GIT_") || name == "GIT_EXEC_PATH"
                || kept.contains { name.hasPrefix($0) }
        }
        // Redirections and rewritten addresses cannot lead to another protocol.
        variables["GIT_ALLOW_PROTOCOL"] = source.transport == .file ? "file" : "https:ssh"
        // Nobody is asked for a password: neither by git nor by ssh, which would wait for a terminal.
        variables["GIT_TERMINAL_PROMPT"] = "0"
        if let command = sshCommand { variables["GIT_SSH_COMMAND"] = command }
        // A repository on this computer must not start programs to fetch what it lacks.
        variables["GIT_NO_LAZY_FETCH"] = "1"
        variables["GIT_NO_REPLACE_OBJECTS"] = "1"
        variables["LC_ALL"] = "C"
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}
