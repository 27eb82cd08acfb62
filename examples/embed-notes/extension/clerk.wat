;; Files the text of a document as an entry. The Rust SDK makes this of three calls; here each byte
;; of the ABI (docs/abi.md) is in sight.
(module
    (import "spacedrive" "spacedrive_call"
        (func $host (param i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 64)
    (global $heap (mut i32) (i32.const 65536))

    ;; The only library of the app: the 16 bytes of its id.
    (data (i32.const 16) "embed-notes home")
    (data (i32.const 64) "query:vdfs.read_content.v1")
    (data (i32.const 128) "query:ai.extract_text.v1")
    (data (i32.const 192) "action:vdfs.create_entry.input.v1")
    ;; An attachment envelope with one blob, whose length is filled in, and which follows.
    (data (i32.const 1048576)
        "\ff\53\44\01" "\14\00\00\00" "\01\00\00\00" "\00\00\00\00" "\00\00\00\00\00\00\00\00"
        "{\22data\22:{\22$blob\22:0}}" "\00\00\00\00")
    ;; A new entry, up to its metadata, which follow.
    (data (i32.const 2097152)
        "{\22name\22:\22text\22,\22path\22:\22texts/first\22,\22entry_type\22:\22note\22,\22metadata\22:")

    (func (export "wasm_alloc") (param $size i32) (result i32)
        (global.get $heap)
        (global.set $heap (i32.add (global.get $heap)
            (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8)))))
    (func (export "wasm_free") (param i32 i32)
        (global.set $heap (i32.const 65536)))
    (func (export "plugin_init") (result i32) (i32.const 0))

    (func $call (param $method i32) (param $method_len i32) (param $input i32) (param $len i32)
        (result i32)
        (call $host (local.get $method) (local.get $method_len) (i32.const 16)
            (local.get $input) (local.get $len)))

    (func $failed (param $reply i32) (result i32)
        (i32.ne (i32.load offset=4 (local.get $reply)) (i32.const 0)))

    ;; The document of `{"entry_id": …}`.
    (func $read (param $input i32) (param $len i32) (result i32)
        (call $call (i32.const 64) (i32.const 26) (local.get $input) (local.get $len)))

    ;; The text in the blob of a reply: header, table of one length, JSON, blob at a multiple of 8.
    (func $extract (param $reply i32) (result i32) (local $len i32)
        (local.set $len (i32.load offset=24 (local.get $reply)))
        (i32.store (i32.const 1048592) (local.get $len))
        (memory.copy
            (i32.const 1048624)
            (i32.add
                (i32.add (local.get $reply) (i32.const 8))
                (i32.and
                    (i32.add (i32.load offset=12 (local.get $reply)) (i32.const 31))
                    (i32.const -8)))
            (local.get $len))
        (call $call (i32.const 128) (i32.const 24)
            (i32.const 1048576) (i32.add (local.get $len) (i32.const 48))))

    ;; An entry whose metadata are the JSON of a reply.
    (func $create (param $reply i32) (result i32) (local $len i32)
        (local.set $len (i32.load (local.get $reply)))
        (memory.copy (i32.const 2097219) (i32.add (local.get $reply) (i32.const 8)) (local.get $len))
        (i32.store8 (i32.add (i32.const 2097219) (local.get $len)) (i32.const 125))
        (call $call (i32.const 192) (i32.const 33)
            (i32.const 2097152) (i32.add (local.get $len) (i32.const 68))))

    ;; The payload is `{"library_id":"<36 characters>","input":{"entry_id":"<36 characters>"}}`.
    (func (export "plugin_call") (param i32 i32) (param $payload i32) (param $len i32) (result i32)
        (local $reply i32)
        (local.set $reply (call $read
            (i32.add (local.get $payload) (i32.const 61))
            (i32.sub (local.get $len) (i32.const 62))))
        (if (call $failed (local.get $reply)) (then (return (local.get $reply))))
        (local.set $reply (call $extract (local.get $reply)))
        (if (call $failed (local.get $reply)) (then (return (local.get $reply))))
        (call $create (local.get $reply)))

    (@custom "spacedrive.abi" "\01\00\00\00"))
