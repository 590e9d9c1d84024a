// The action and the job for GitLab of this repository, as tests use them.

import Foundation
import TestSupport
import Testing

extension PipelineRequest {
    /// Asks for a pipeline that uses this repository, as `OWNER/pa-new`.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - text: The pipeline.
    ///   - source: A folder with the action, or with the job.
    ///   - scratch: The folder for what the test makes.
    ///   - wheel: The wheel that the cache and `PA_NEW` have, if any.
    /// - Throws: The error of a file that cannot be written.
    init(
        _ service: Service,
        _ text: String,
        source: URL,
        below scratch: URL,
        wheel: URL? = nil
    ) throws {
        let repository = scratch.appending(path: "repository")
        try write(["README.md": "Mine.\n"], below: repository)
        let file = scratch.appending(path: "pipeline.yml")
        try Data(text.utf8).write(to: file)
        self.init(
            service: service,
            file: file.path,
            repository: repository.path,
            root: scratch.appending(path: "runner").path
        )
        actions = ["OWNER/pa-new@COMMIT": source.path]
        include = source.path
        guard let wheel else { return }
        // As if an earlier run had built it: the very sources, in another test.
        kept = ["pa-new-": wheel.deletingLastPathComponent().path]
        variables = ["PA_NEW": wheel.path, "PA_NEW_SHA256": try digest(of: wheel)]
    }
}

/// The action and the job, with the built tool in the place of what pip would install.
enum OwnPipelines {
    /// The file with the job for GitLab.
    static let gitlabJob = "ci/gitlab/pa-new.yml"

    /// Returns the text of `action.yml` without its steps that install pa-new.
    static func installedAction() throws -> String {
        let file = Paths.package.appending(path: "action.yml")
        var text = try String(contentsOf: file, encoding: .utf8)
        let first = try #require(text.range(of: "    - name: Compute the digest"))
        let rest = try #require(text.range(of: "    - name: Create the project"))
        text.removeSubrange(first.lowerBound..<rest.lowerBound)
        return text.replacing("${{ steps.install.outputs.program }}", with: Paths.tool.path)
    }

    /// Returns a workflow that somebody starts, and that uses the action in which pa-new is installed.
    ///
    /// - Parameter inputs: The further inputs of the action, as lines of YAML.
    /// - Returns: Its text.
    static func workflow(with inputs: String) -> String {
        let lines = inputs.split(separator: "\n", omittingEmptySubsequences: false)
        return """
            name: N
            on: workflow_dispatch
            jobs:
              make:
                runs-on: ubuntu-24.04
                steps:
                  - uses: OWNER/pa-new@COMMIT
                    with:
                      pa-new: installed

            """ + lines.map { $0.isEmpty ? "\n" : "          \($0)\n" }.joined()
    }

    /// Returns the text of the job for GitLab, which then installs nothing.
    static func installedJob() throws -> String {
        let file = Paths.package.appending(path: gitlabJob)
        let job = try String(contentsOf: file, encoding: .utf8)
        let tools = Paths.tool.deletingLastPathComponent().path
        let installed = job.replacing(
            "python -m pip install --quiet --requirement /dev/stdin",
            with: #"PATH="\#(tools):$PATH"; true"#
        )
        try #require(installed != job)
        return installed
    }

    /// Makes a repository with a template, and returns its address.
    ///
    /// - Parameter scratch: The folder for it.
    /// - Returns: The address.
    /// - Throws: The error of a file, or of git.
    static func template(below scratch: URL) async throws -> String {
        let folder = scratch.appending(path: "templates")
        let manifest = """
            {
              "questions": [
                {"key": "owner", "prompt": "Owner", "default": "nobody"}, {"key": "team", "prompt": "Team"},
                {"key": "port", "prompt": "Port", "type": "integer", "default": 1}
              ],
              "files": {"ci.yml": {"when": "ci=github"}, "update.yml": {"when": ["ci=github", "ciUpdates"]}}
            }

            """
        try write(
            [
                "service/manifest.json": manifest, "service/ci.yml": "on: push\n",
                "service/update.yml": "on: schedule\n",
                "service/owner.py.mustache":
                    "WHO = [{{owner.python}}, {{team.python}}, {{port}}]\n",
                "service/wsgi.py": """
                def application(environ, start_response):
                    start_response("200 OK", [("Content-Type", "text/plain")])
                    return [b"Hello"]

                """,
            ],
            below: folder
        )
        let user = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        for words in [
            ["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "One"],
        ] {
            let finished = try await run("git", user + words, in: folder)
            try #require(finished.exitCode == 0, "\(finished)")
        }
        return "git+file://\(folder.path)#service"
    }
}
