# Finds the OpenMM that pip installed: headers and libraries lie in the folder OpenMM.libs beside the Python package.
# Set OpenMM_ROOT to that folder, or Python3_EXECUTABLE to the interpreter that has it. Defines the target OpenMM::OpenMM
# and OpenMM_ROOT.
if(NOT OpenMM_ROOT)
  find_package(Python3 COMPONENTS Interpreter)
  if(Python3_Interpreter_FOUND)
    # The package is located, not imported: importing it would load every plugin.
    execute_process(
      COMMAND ${Python3_EXECUTABLE} -c
        "import importlib.util, os; print(os.path.dirname(os.path.dirname(importlib.util.find_spec('openmm').origin)))"
      OUTPUT_VARIABLE _openmm_site OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(_openmm_site)
      set(OpenMM_ROOT ${_openmm_site}/OpenMM.libs CACHE PATH "Folder with OpenMM's include and lib" FORCE)
    endif()
  endif()
endif()
find_path(OpenMM_INCLUDE_DIR OpenMM.h PATHS ${OpenMM_ROOT}/include NO_DEFAULT_PATH)
find_library(OpenMM_LIBRARY OpenMM PATHS ${OpenMM_ROOT}/lib NO_DEFAULT_PATH)
mark_as_advanced(OpenMM_INCLUDE_DIR OpenMM_LIBRARY)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenMM REQUIRED_VARS OpenMM_LIBRARY OpenMM_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "no pip-installed OpenMM: pip install 'openmm==8.6.*' and pass -DPython3_EXECUTABLE=<that python>")
if(OpenMM_FOUND AND NOT TARGET OpenMM::OpenMM)
  add_library(OpenMM::OpenMM SHARED IMPORTED)
  set_target_properties(OpenMM::OpenMM PROPERTIES
    IMPORTED_LOCATION ${OpenMM_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${OpenMM_INCLUDE_DIR})
endif()
