# find_package(OpenMMOscillators) defines
#   OpenMMOscillators::OpenMMOscillators          networks, protocols, force, integrator
#   OpenMMOscillators::OpenMMOscillatorsLearning  recordings (HDF5), learning; links the former
#   OpenMMOscillators_PLUGIN_DIR                  for Platform::loadPluginsFromDirectory()
# OpenMM is taken from the same folder if this package is installed into OpenMM's own, else from OpenMM_ROOT or from
# Python3_EXECUTABLE.
include(CMakeFindDependencyMacro)
get_filename_component(_oscillators_root "${CMAKE_CURRENT_LIST_DIR}/../../.." REALPATH)
if(NOT OpenMM_ROOT AND EXISTS "${_oscillators_root}/include/OpenMM.h")
  set(OpenMM_ROOT "${_oscillators_root}")
endif()
set(OpenMMOscillators_PLUGIN_DIR "${_oscillators_root}/lib/plugins")
unset(_oscillators_root)
list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_dependency(OpenMM MODULE)
list(REMOVE_AT CMAKE_MODULE_PATH 0)
include(${CMAKE_CURRENT_LIST_DIR}/OpenMMOscillatorsTargets.cmake)
