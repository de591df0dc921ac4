import TestSupport
import Testing

// What goes wrong with artifacts.
extension CheckFault {
  static let artifacts: [CheckFault] = [
    CheckFault(
      "a changed artifact", fails: ["artifacts"], "artifact-changed checkpoints/日本/ai3.pt"
    ) { test in
      try TestSupport.Files.write("other weights", to: "\(test.path)/checkpoints/日本/ai3.pt")
    },
    CheckFault("a lost artifact", fails: ["artifacts"], "artifact-missing checkpoints/ai2.pt") {
      test in
      TestSupport.Files.remove("\(test.path)/checkpoints/ai2.pt")
    },
    CheckFault(
      "an artifact that nobody recorded", fails: ["artifacts"], "artifact-extra checkpoints/ai9.pt"
    ) { test in
      try TestSupport.Files.write("weights", to: "\(test.path)/checkpoints/ai9.pt")
    },
    CheckFault("many that nobody recorded", fails: ["artifacts"], "artifacts-more") { test in
      for number in 1...60 {
        try TestSupport.Files.write("x", to: "\(test.path)/checkpoints/more\(number).pt")
      }
    },
    CheckFault("no artifacts", fails: ["artifacts"], "artifact-none checkpoints/**/*.pt") { test in
      for name in ["ai1", "ai2", "日本/ai3"] {
        TestSupport.Files.remove("\(test.path)/checkpoints/\(name).pt")
      }
    },
    .replacing(
      "@sha256:\(CheckProject.digest)", with: ":1.1", in: "docker-compose.yml", fails: "artifacts",
      "image-no-digest docker-compose.yml:3"),
  ]
}
