// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "pa-new",
    products: [
        .library(name: "Scaffold", targets: ["Scaffold"])
    ],
    targets: [
        .target(name: "Scaffold"),
        .testTarget(name: "ScaffoldTests", dependencies: ["Scaffold"]),
    ]
)
