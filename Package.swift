// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "pa-new",
    products: [
        // The tool.
        .executable(name: "pa-new", targets: ["pa-new"]),
        // The library of the tool, for other programs.
        .library(name: "Scaffold", targets: ["Scaffold"]),
    ],
    targets: [
        // The template engine. It imports none of our targets, and not Foundation.
        .target(name: "Mustache"),
        // Reads and writes JSON. It imports none of our targets, and not Foundation.
        .target(name: "JSON"),
        // Writes files to a disk and runs programs.
        .target(
            name: "ProjectFiles",
            dependencies: ["JSON"],
            // Declares functions of the C library that Swift's module of it does not have.
            swiftSettings: [.enableExperimentalFeature("Extern")]
        ),
        .target(
            name: "Scaffold",
            dependencies: ["JSON", "Mustache", "ProjectFiles"],
            // A link to the Templates folder, so that the build notices new files.
            exclude: ["Templates"],
            plugins: ["EmbedTemplates"]
        ),
        // Everything that runs Python: check, visit and deploy.
        .target(
            name: "HostTools",
            dependencies: ["JSON", "ProjectFiles", "Scaffold"],
            exclude: ["HostPython"],
            plugins: ["EmbedTemplates"]
        ),
        .executableTarget(
            name: "pa-new",
            dependencies: ["HostTools", "JSON", "Mustache", "ProjectFiles", "Scaffold"]
        ),

        // Turns Templates/ and HostPython/ into Swift tables at build time, so that the tool is a single file.
        .executableTarget(name: "embed-templates"),
        .plugin(
            name: "EmbedTemplates",
            capability: .buildTool(),
            dependencies: ["embed-templates"]
        ),

        // Shared by all test targets: folders, processes, Python environments.
        .target(name: "TestSupport", path: "Tests/TestSupport", exclude: ["Python"]),
        // A program that tests kill while it changes a folder.
        .executableTarget(
            name: "change-folder",
            dependencies: ["ProjectFiles"],
            path: "Tests/ChangeFolder"
        ),
        // A program that renders templates, for the comparison with the engine in Python.
        .executableTarget(
            name: "render-templates",
            dependencies: ["Mustache"],
            path: "Tests/RenderTemplates"
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], exclude: ["Python"]),
        .testTarget(name: "ProjectFilesTests", dependencies: ["ProjectFiles", "TestSupport"]),
        .testTarget(
            name: "HostToolsTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "TestSupport"]
        ),
        .testTarget(name: "MustacheTests", dependencies: ["Mustache", "TestSupport"]),
        .testTarget(
            name: "ScaffoldTests",
            dependencies: [
                "HostTools", "JSON", "Mustache", "ProjectFiles", "Scaffold", "pa-new",
                "TestSupport",
            ],
            exclude: ["messages.txt"]
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "HostTools", "Mustache", "ProjectFiles", "Scaffold", "pa-new", "change-folder",
                "TestSupport",
            ],
            exclude: ["C", "Python"]
        ),
        .testTarget(
            name: "CheckerTests",
            dependencies: ["HostTools", "Scaffold", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "DeployerTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "PreviewTests",
            dependencies: ["Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "AdoptTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "DistributionTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "GeneratedProjectTests",
            dependencies: [
                "HostTools", "ProjectFiles", "Scaffold", "pa-new", "render-templates",
                "TestSupport",
            ],
            exclude: ["C", "Python", "Recorded", "Swift"]
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "RehearsalTests",
            dependencies: ["HostTools", "ProjectFiles", "Scaffold", "pa-new", "TestSupport"]
        ),
    ]
)
