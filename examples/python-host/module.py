"""Checks of a module before anything of it runs."""

import struct
from typing import NamedTuple

import wasmtime

from wire import Fault

WASI = "wasi_snapshot_preview1"
# The functions of preview 1 that a guest may import; there are no files behind them.
WASI_FUNCTIONS = set(
    "args_sizes_get args_get environ_sizes_get environ_get clock_time_get clock_res_get random_get fd_write fd_read "
    "fd_fdstat_get fd_fdstat_set_flags fd_seek fd_close fd_prestat_get fd_prestat_dir_name poll_oneoff sched_yield "
    "proc_exit".split()
)
# Features that are off; wasmtime has them on, but for some.
OFF = (
    "threads multi_memory memory64 tail_call exceptions function_references gc relaxed_simd stack_switching "
    "wide_arithmetic custom_page_sizes".split()
)
MAX_MODULE = 16 << 20

# Parameters and results; "i" is an i32.
IMPORTS = {"spacedrive_call": ("iiiii", "i"), "spacedrive_log": ("iii", "")}
EXPORTS = {
    "wasm_alloc": ("i", "i"), "wasm_free": ("ii", ""), "_initialize": ("", ""), "plugin_init": ("", "i"),
    "plugin_cleanup": ("", "i"), "plugin_call": ("iiii", "i"), "plugin_on_event": ("ii", "i"),
    "plugin_save": ("", "i"), "plugin_restore": ("ii", "i"),
}  # fmt: skip
REQUIRED = {"memory", "wasm_alloc", "plugin_init"}
GLOBALS = {"spacedrive_reply_ptr", "spacedrive_reply_cap"}


class Limits(NamedTuple):
    memory_mb: int = 512
    table_elements: int = 10_000
    json_bytes: int = 1 << 20
    stack_kb: int = 1024
    compute_ms: int = 10_000
    wasi: bool = True


def compile(wasm, limits):
    """An engine that has the features and the stack of a guest, and the module for it."""
    if wasm[:8] != b"\0asm\1\0\0\0":
        raise Fault("E_MODULE_INVALID", "this is not a core module of wasm, version 1")
    if len(wasm) > MAX_MODULE:
        raise Fault("E_MODULE_LIMIT", f"the module has {len(wasm)} bytes")
    engine = _engine(limits, features=False)
    module = _translate(engine, wasm, limits)
    _check_imports(module, limits)
    version = custom_section(wasm, "spacedrive.abi")
    if len(version) % 4 or set(struct.iter_unpack("<I", version)) != {(1,)}:
        raise Fault("E_ABI_VERSION", "the module is not for version 1 of the interface")
    _check_exports(module, limits)
    return engine, module


def _translate(engine, wasm, limits):
    try:
        return wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        try:
            wasmtime.Module.validate(_engine(limits, features=True), wasm)
        except wasmtime.WasmtimeError:
            raise Fault("E_MODULE_INVALID", f"the module is damaged: {error}") from None
        raise Fault("E_MODULE_FEATURE", f"the module uses a feature that is off: {error}") from None


def _engine(limits, features):
    config = wasmtime.Config()
    for name in OFF:
        setattr(config, f"wasm_{name}", features)
    config.max_wasm_stack = limits.stack_kb << 10
    # Ends what takes too long.
    config.epoch_interruption = True
    return wasmtime.Engine(config)


def _is(kind, signature):
    i32 = wasmtime.ValType.i32()
    params, results = ([i32] * len(part) for part in signature)
    return isinstance(kind, wasmtime.FuncType) and kind.params == params and kind.results == results


def _check_imports(module, limits):
    for it in module.imports:
        known = it.module == "spacedrive" and it.name in IMPORTS and _is(it.type, IMPORTS[it.name])
        wasi = limits.wasi and it.module == WASI and it.name in WASI_FUNCTIONS
        if not (known or wasi and isinstance(it.type, wasmtime.FuncType)):
            raise Fault("E_IMPORT_UNKNOWN", f"the module imports {it.module}.{it.name}")


def _check_exports(module, limits):
    kinds = {it.name: it.type for it in module.exports}
    for name in REQUIRED - kinds.keys():
        raise Fault("E_ABI_EXPORT", f"the module has no export {name}")
    for name in kinds.keys() & EXPORTS.keys():
        if not _is(kinds[name], EXPORTS[name]):
            raise Fault("E_ABI_EXPORT", f"the export {name} has another type")
    for name in kinds.keys() & GLOBALS:
        if not isinstance(kinds[name], wasmtime.GlobalType):
            raise Fault("E_ABI_EXPORT", f"the export {name} is not a global")
    memory = kinds["memory"]
    if not isinstance(memory, wasmtime.MemoryType):
        raise Fault("E_ABI_EXPORT", "the export memory is not a memory")
    if memory.limits.min << 16 > limits.memory_mb << 20:
        raise Fault("E_MODULE_LIMIT", f"the module starts with {memory.limits.min} pages of memory")


def custom_section(wasm, name):
    """The contents of all custom sections of a name, joined."""
    found, at = b"", 8

    def number(at):
        value, shift = 0, 0
        while True:
            value |= (wasm[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if wasm[at - 1] < 0x80:
                return value, at

    while at < len(wasm):
        size, start = number(at + 1)
        if wasm[at] == 0:
            length, name_at = number(start)
            # Names of others need not be UTF-8.
            if wasm[name_at : name_at + length] == name.encode():
                found += wasm[name_at + length : start + size]
        at = start + size
    return found
