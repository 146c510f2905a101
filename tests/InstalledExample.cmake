# cmake -DBUILD=<build tree> -DSOURCE=<project> -DPYTHON=<interpreter with OpenMM> -DGENERATOR=<of CMake>
#       -DFLAGS=<of the compiler> -P InstalledExample.cmake
# Installs the build tree into an empty folder, builds the C++ example against that and runs it.
set(room ${BUILD}/installed-example)
file(REMOVE_RECURSE ${room})
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${room}/prefix)
file(GLOB_RECURSE config ${room}/prefix/*/OpenMMOscillatorsConfig.cmake)
get_filename_component(config_dir ${config} DIRECTORY)
run(${CMAKE_COMMAND} -S ${SOURCE}/examples/cpp -B ${room}/build -G ${GENERATOR} -DPython3_EXECUTABLE=${PYTHON}
    -DOpenMMOscillators_DIR=${config_dir} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${room}/build)
run(${room}/build/driven_lattice ${room}/driven_lattice.h5md)
