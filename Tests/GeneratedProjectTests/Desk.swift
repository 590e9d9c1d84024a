// The reader of the guide: a computer and the host, in a temporary folder.

import Foundation
import TestSupport
import Testing

/// The reader's computer and the host, in a temporary folder.
struct Desk {
    let computer: URL
    let home: URL
    let www: URL
    let bin: URL
    let interpreter: Interpreter
    /// Where virtualenvwrapper is installed, as it is on the host.
    let wrapper: URL

    init(below root: URL, _ interpreter: Interpreter, wrapper: URL) throws {
        computer = root.appending(path: "computer")
        home = root.appending(path: "home/alice")
        www = root.appending(path: "var/www")
        bin = root.appending(path: "bin")
        self.interpreter = interpreter
        self.wrapper = wrapper
        let manager = FileManager.default
        for folder in [computer, home, www, bin] {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        let programs = ["pa-new": Paths.tool.path, "python3": interpreter.path]
        for (name, path) in programs.merging(
            ["python3.13": interpreter.path],
            uniquingKeysWith: { $1 }
        ) {
            try manager.createSymbolicLink(
                atPath: bin.appending(path: name).path,
                withDestinationPath: path
            )
        }
    }

    /// Runs the commands of a block in one shell, and returns for each what it printed.
    func run(
        _ commands: [String],
        onHost: Bool
    ) async throws -> [(output: String, exitCode: Int)] {
        let state = computer.deletingLastPathComponent().appending(path: "folder-\(onHost)")
        let start =
            (try? String(contentsOf: state, encoding: .utf8)) ?? (onHost ? home : computer).path
        var script = "cd '\(start)' || exit 1\n"
        if onHost {
            script += "source '\(wrapper.path)/virtualenvwrapper.sh' >/dev/null 2>&1\n"
            // A machine without the program has Python's in its place.
            script +=
                "type unzip >/dev/null 2>&1 || unzip() { python3 -m zipfile -e \"${!#}\" .; }\n"
        }
        script += "exec 2>&1\n"
        for command in commands { script += "\(onThisMachine(command))\nprintf '\\036%s\\n' $?\n" }
        script += "printf %s \"$PWD\" >'\(state.path)'\n"
        let path = bin.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let finished = try await TestSupport.run(
            "bash",
            ["-c", script],
            environment: [
                "HOME": onHost ? home.path : computer.path, "PATH": path,
                "WORKON_HOME": home.appending(path: ".virtualenvs").path,
                "VIRTUALENVWRAPPER_PYTHON": wrapper.appending(path: "python").path,
                "VIRTUALENVWRAPPER_VIRTUALENV": wrapper.appending(path: "virtualenv").path,
                "PIP_DISABLE_PIP_VERSION_CHECK": "1", "VIRTUAL_ENV": nil,
                "PIP_CACHE_DIR": Paths.cache.appending(path: "pip").path,
            ]
        )
        try #require(finished.exitCode == 0, "\(finished)")
        return finished.stdout.split(separator: "\u{1E}", omittingEmptySubsequences: false)
            .reduce(into: [(String, Int)]()) { results, piece in
                // Each piece but the first starts with the exit code of the command before it.
                if !results.isEmpty {
                    let code = piece.prefix { $0 != "\n" }
                    results[results.count - 1].1 = Int(code) ?? -1
                    results.append((String(piece.dropFirst(code.count + 1)), 0))
                } else {
                    results.append((String(piece), 0))
                }
            }.dropLast()
    }

    /// Uploads what was packed, unless nothing was packed since.
    func upload() throws {
        let archive = computer.appending(path: "hello.zip")
        let uploaded = home.appending(path: "hello.zip")
        let manager = FileManager.default
        guard manager.fileExists(atPath: archive.path),
            !manager.fileExists(atPath: uploaded.path)
        else { return }
        try manager.copyItem(at: archive, to: uploaded)
    }

    /// Uploads files without a console.
    ///
    /// - Parameter files: Paths on the computer, each with the path on the host.
    /// - Throws: Where a file is not there.
    func upload(_ files: [(from: String, to: String)]) throws {
        let manager = FileManager.default
        for (from, to) in files {
            let place = URL(
                filePath: onThisMachine(to).replacing("/var/www", with: www.path)
            )
            try manager.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try? manager.removeItem(at: place)
            try manager.copyItem(at: computer.appending(path: from), to: place)
        }
    }

    /// What the host answers to `GET /`, from the virtualenv if there is one.
    func answer() async throws -> String {
        let virtual = home.appending(path: ".virtualenvs/hello/bin/python")
        let hasVirtual = FileManager.default.fileExists(atPath: virtual.path)
        let python = hasVirtual ? virtual : URL(filePath: interpreter.path)
        let entry = www.appending(path: "alice_pythonanywhere_com_wsgi.py")
        let loaded = try await decoded(
            load(entry, with: python, ["GET", "/"], home: home, in: www)
        )
        return loaded.answers.first?.body ?? ""
    }

    /// The host's paths, moved to where they are in this test.
    private func onThisMachine(_ text: String) -> String {
        text.replacing("/home/alice", with: home.path)
            .replacing(
                "cp \(home.path)/hello/wsgi.py /var/www",
                with: "cp \(home.path)/hello/wsgi.py \(www.path)"
            )
    }
}
