import { testCrashes } from './crashes.testsuite.ts'

testCrashes('flex')
