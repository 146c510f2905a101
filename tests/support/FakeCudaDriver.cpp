/**
 * A libcuda.so.1 without a GPU, so that OpenMM's CUDA platform, its compiler and our host code can be run anywhere:
 * device memory is the machine's, copies copy, and launches do nothing. What a user's machine may lack is told by
 * environment variables:
 *
 *   FAKE_CUDA_INIT          what cuInit() returns: 100, no device; 803, the driver's parts do not fit each other
 *   FAKE_CUDA_MODULE_LOAD   what loading compiled code returns: 222, code of a newer toolkit than the driver knows
 *   FAKE_CUDA_CAPABILITY    of the GPU, times ten: 90 for sm_90, the default
 *
 * Compiled with FAKE_CUDA_BEFORE_12_5 it lacks what CUDA 13 needs of a driver.
 *
 * The declarations are those of CUDA's driver API with its handles as pointers and integers: no header is needed.
 */
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

namespace {

constexpr int success = 0, fileNotFound = 301;
using Handle = void*;
using DevicePointer = unsigned long long;

int fromEnvironment(const char* name, int otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::atoi(text);
}

template <typename Value, typename Given>
int give(Value* value, const Given& given) {
    *value = static_cast<Value>(given);
    return success;
}

/** A handle that is not null, for objects of which nothing is ever asked. */
int makeHandle(Handle* handle) {
    static char object;
    *handle = &object;
    return success;
}

std::vector<Handle>& currentContexts() {
    static thread_local std::vector<Handle> contexts;
    return contexts;
}

int copy(DevicePointer to, DevicePointer from, std::size_t size) {
    std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), size);
    return success;
}

int allocate(void** memory, std::size_t size) {
    *memory = std::calloc(size, 1);
    return success;
}

} // namespace

extern "C" {

int cuInit(unsigned int) {
    return fromEnvironment("FAKE_CUDA_INIT", success);
}
int cuDriverGetVersion(int* version) {
    return give(version, 13000);
}
/** NVIDIA's compiler asks for tables of undocumented functions. They begin with their size: this one has none. */
int cuGetExportTable(const void** table, const void*) {
    static const std::size_t size = sizeof(std::size_t);
    return give(table, &size);
}
int cuGetErrorName(int error, const char** name) {
    *name = error == 100   ? "CUDA_ERROR_NO_DEVICE"
            : error == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
            : error == 803 ? "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"
                           : "CUDA_ERROR_UNKNOWN";
    return success;
}

int cuDeviceGetCount(int* count) {
    return give(count, 1);
}
int cuDeviceGet(int* device, int) {
    return give(device, 0);
}
int cuDeviceGetName(char* name, int length, int) {
    std::strncpy(name, "Fake GPU", length);
    return success;
}
int cuDeviceCanAccessPeer(int* possible, int, int) {
    return give(possible, 1);
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
    const int capability = fromEnvironment("FAKE_CUDA_CAPABILITY", 90);
    switch (attribute) {
    case 1: // threads of a block
        return give(value, 1024);
    case 8: // bytes of shared memory of a block
        return give(value, 48 * 1024);
    case 16: // multiprocessors
        return give(value, 1);
    case 75:
        return give(value, capability / 10);
    case 76:
        return give(value, capability % 10);
    default:
        return give(value, 0);
    }
}

int cuCtxCreate_v2(Handle* context, unsigned int, int) {
    return makeHandle(context);
}
#ifndef FAKE_CUDA_BEFORE_12_5
int cuCtxCreate_v4(Handle* context, void*, unsigned int, int) {
    return makeHandle(context);
}
#endif
int cuCtxDestroy_v2(Handle) {
    return success;
}
int cuCtxEnablePeerAccess(Handle, unsigned int) {
    return success;
}
int cuCtxSetCacheConfig(int) {
    return success;
}
int cuCtxSynchronize() {
    return success;
}
int cuCtxPushCurrent_v2(Handle context) {
    currentContexts().push_back(context);
    return success;
}
int cuCtxPopCurrent_v2(Handle* context) {
    *context = currentContexts().empty() ? nullptr : currentContexts().back();
    if (!currentContexts().empty())
        currentContexts().pop_back();
    return success;
}
int cuCtxSetCurrent(Handle context) {
    currentContexts().assign(1, context);
    return success;
}
int cuProfilerStop() {
    return success;
}

int cuMemAlloc_v2(DevicePointer* memory, std::size_t size) {
    return allocate(reinterpret_cast<void**>(memory), size);
}
int cuMemFree_v2(DevicePointer memory) {
    std::free(reinterpret_cast<void*>(memory));
    return success;
}
int cuMemHostAlloc(void** memory, std::size_t size, unsigned int) {
    return allocate(memory, size);
}
int cuMemFreeHost(void* memory) {
    std::free(memory);
    return success;
}
int cuMemHostGetDevicePointer_v2(DevicePointer* device, void* host, unsigned int) {
    return give(device, reinterpret_cast<DevicePointer>(host));
}
int cuMemcpyAsync(DevicePointer to, DevicePointer from, std::size_t size, Handle) {
    return copy(to, from, size);
}
int cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, std::size_t size, Handle) {
    return copy(to, from, size);
}
int cuMemcpyDtoH_v2(void* to, DevicePointer from, std::size_t size) {
    return copy(reinterpret_cast<DevicePointer>(to), from, size);
}
int cuMemcpyDtoHAsync_v2(void* to, DevicePointer from, std::size_t size, Handle) {
    return cuMemcpyDtoH_v2(to, from, size);
}
int cuMemcpyHtoD_v2(DevicePointer to, const void* from, std::size_t size) {
    return copy(to, reinterpret_cast<DevicePointer>(from), size);
}
int cuMemcpyHtoDAsync_v2(DevicePointer to, const void* from, std::size_t size, Handle) {
    return cuMemcpyHtoD_v2(to, from, size);
}

int cuEventCreate(Handle* event, unsigned int) {
    return makeHandle(event);
}
int cuEventDestroy_v2(Handle) {
    return success;
}
int cuEventRecord(Handle, Handle) {
    return success;
}
int cuEventSynchronize(Handle) {
    return success;
}
int cuStreamCreate(Handle* stream, unsigned int) {
    return makeHandle(stream);
}
int cuStreamDestroy_v2(Handle) {
    return success;
}
int cuStreamSynchronize(Handle) {
    return success;
}
int cuStreamWaitEvent(Handle, Handle, unsigned int) {
    return success;
}

int cuModuleLoad(Handle* module, const char* path) {
    if (!std::ifstream(path))
        return fileNotFound;
    makeHandle(module);
    return fromEnvironment("FAKE_CUDA_MODULE_LOAD", success);
}
int cuModuleLoadDataEx(Handle* module, const void*, unsigned int, int*, void**) {
    makeHandle(module);
    return fromEnvironment("FAKE_CUDA_MODULE_LOAD", success);
}
int cuModuleGetFunction(Handle* function, Handle, const char*) {
    return makeHandle(function);
}
int cuFuncGetAttribute(int* value, int, Handle) {
    return give(value, 1024);
} // threads of a block
int cuLaunchKernel(Handle, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int,
                   unsigned int, Handle, void**, void**) {
    return success;
}

} // extern "C"
