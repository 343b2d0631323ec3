"""Where the IVR touches the world: FastAGI, flow files, speech synthesis."""
