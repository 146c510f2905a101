# Where things are installed: the layout in which OpenMM finds plugins by itself.
#   lib/                          API libraries, found relative to each other and to libOpenMM
#   lib/plugins/                  platform libraries, which OpenMM loads
#   lib/cmake/OpenMMOscillators/  the package that find_package(OpenMMOscillators) reads
#   include/openmmoscillators/    headers
# In a wheel this tree is merged into OpenMM's own, OpenMM.libs; cmake --install does the same unless told otherwise.
if(SKBUILD)
  set(OSCILLATORS_INSTALL_ROOT OpenMM.libs/)
else()
  set(OSCILLATORS_INSTALL_ROOT "")
  if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
    set(CMAKE_INSTALL_PREFIX ${OpenMM_ROOT} CACHE PATH "Where to install; OpenMM's own folder makes it find us" FORCE)
  endif()
endif()
set(OSCILLATORS_INSTALL_LIBDIR ${OSCILLATORS_INSTALL_ROOT}lib)
set(OSCILLATORS_INSTALL_PLUGINDIR ${OSCILLATORS_INSTALL_LIBDIR}/plugins)
set(OSCILLATORS_INSTALL_CMAKEDIR ${OSCILLATORS_INSTALL_LIBDIR}/cmake/OpenMMOscillators)

# API library: exported to C++ programs.
function(oscillators_install_library target)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN")
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${OSCILLATORS_INSTALL_ROOT}include>)
  install(TARGETS ${target} EXPORT OpenMMOscillatorsTargets LIBRARY DESTINATION ${OSCILLATORS_INSTALL_LIBDIR})
endfunction()

# Platform library: loaded by OpenMM at run time. It may not need HDF5, directly or through what it links (OpenMM loads
# plugins into the global symbol scope, where a second HDF5 breaks the one that h5py brings).
function(oscillators_install_platform target)
  set_target_properties(${target} PROPERTIES
    INSTALL_RPATH "$ORIGIN;$ORIGIN/.."
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  install(TARGETS ${target} LIBRARY DESTINATION ${OSCILLATORS_INSTALL_PLUGINDIR} COMPONENT ${target})
endfunction()

function(oscillators_install_package)
  include(CMakePackageConfigHelpers)
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/OpenMMOscillatorsConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES
    ${PROJECT_SOURCE_DIR}/cmake/OpenMMOscillatorsConfig.cmake
    ${PROJECT_SOURCE_DIR}/cmake/FindOpenMM.cmake
    ${CMAKE_BINARY_DIR}/OpenMMOscillatorsConfigVersion.cmake
    DESTINATION ${OSCILLATORS_INSTALL_CMAKEDIR})
  install(EXPORT OpenMMOscillatorsTargets NAMESPACE OpenMMOscillators:: DESTINATION ${OSCILLATORS_INSTALL_CMAKEDIR})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugin/
    DESTINATION ${OSCILLATORS_INSTALL_ROOT}include/openmmoscillators FILES_MATCHING PATTERN "*.h")
endfunction()
