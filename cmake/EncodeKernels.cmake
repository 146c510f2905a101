# oscillators_encode_kernels(<kernel files> <output .cpp>): device sources as C++ strings, one constant a file, in the
# namespace OpenMMOscillators::KernelSources; the header that declares them is platforms/common/KernelSources.h.
function(oscillators_encode_kernels kernel_files output)
  set(definitions "")
  foreach(file ${kernel_files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND definitions "const std::string ${name} = R\"KERNEL(${text})KERNEL\";\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [=[
#include "KernelSources.h"

namespace OpenMMOscillators::KernelSources {
@definitions@
} // namespace OpenMMOscillators::KernelSources
]=])
endfunction()
